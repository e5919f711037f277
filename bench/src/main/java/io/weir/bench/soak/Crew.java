package io.weir.bench.soak;

import io.weir.bench.soak.Problems.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The threads of the clients, each of which is to run to its end without an exception. One thread but where said. */
final class Crew {
    private static final long JOIN_MS = 60_000;

    private final Problems problems;
    private final List<Thread> threads = new ArrayList<>();

    Crew(Problems problems) {
        this.problems = problems;
    }

    Thread start(String name, Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                problems.add(Kind.CLIENT, name + " ended: " + e);
            }
        });
        threads.removeIf(each -> !each.isAlive());
        threads.add(thread);
        return thread;
    }

    /** Waits until all have ended; those that do not within a minute are a problem. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(JOIN_MS);
            if (thread.isAlive()) {
                problems.add(Kind.CLIENT, thread.getName() + " does not end");
            }
        }
        threads.clear();
    }

    /** A moment between the two, in milliseconds. */
    static long between(RandomGenerator random, long leastMs, long mostMs) {
        return leastMs + random.nextLong(Math.max(1, mostMs - leastMs));
    }
}
