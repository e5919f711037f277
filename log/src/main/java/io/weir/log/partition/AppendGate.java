package io.weir.log.partition;

import io.weir.log.tail.TailCache;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where appends wait while the tail cache is full, in the order in which they came, for all partitions of the node.
 * While one waits every later one waits behind it, so that a producer's batches keep their order. Bounded by the
 * requests that the wire lets in, and by {@code maxWaiting}.
 *
 * <p>Any thread; waiting appends go on on the {@code drain} executor, one at a time.
 */
public final class AppendGate {
    private final TailCache cache;
    private final Executor drain;
    private final int maxWaiting;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean draining;
    private long admitted;

    private record Waiting(long chargeBytes, Runnable proceed, Consumer<RuntimeException> refuse) {}

    /** @param drain runs one task at a time */
    public AppendGate(TailCache cache, Executor drain, int maxWaiting) {
        this.cache = cache;
        this.drain = drain;
        this.maxWaiting = maxWaiting;
    }

    /** Room is reserved now and nobody waits before: the caller goes on. */
    public boolean tryEnter(long chargeBytes) {
        synchronized (this) {
            if (!waiting.isEmpty()) {
                return false;
            }
        }
        return cache.reserve(chargeBytes);
    }

    /**
     * Calls {@code proceed} when room has been reserved and its turn has come, or {@code refuse} when it waited in vain.
     *
     * @throws RejectedExecutionException too many wait already
     */
    public void enqueue(long chargeBytes, Runnable proceed, Consumer<RuntimeException> refuse) {
        synchronized (this) {
            if (waiting.size() >= maxWaiting) {
                throw new RejectedExecutionException(maxWaiting + " appends wait for room in the tail cache already");
            }
            waiting.add(new Waiting(chargeBytes, proceed, refuse));
        }
        // Room may have come between the attempt and the queue.
        roomMade();
    }

    /** Some bytes became clean or free: whoever waits may go on. */
    public void roomMade() {
        synchronized (this) {
            if (waiting.isEmpty() || draining) {
                return;
            }
            draining = true;
        }
        drain.execute(this::drain);
    }

    /** Whoever waits now does so no longer: each is refused with a cause of its own. */
    void refuseWaiting(Supplier<RuntimeException> cause) {
        if (waiting() > 0) {
            // There, because nothing else takes them out meanwhile.
            drain.execute(() -> refuse(waiting(), cause));
        }
    }

    private void refuse(int count, Supplier<RuntimeException> cause) {
        for (int i = 0; i < count; i++) {
            Waiting next;
            synchronized (this) {
                next = waiting.peek();
            }
            if (next == null) {
                return;
            }
            next.refuse.accept(cause.get());
            synchronized (this) {
                waiting.remove();
            }
        }
    }

    /** How many have gone on after waiting. */
    synchronized long admitted() {
        return admitted;
    }

    /** How many wait. */
    public synchronized int waiting() {
        return waiting.size();
    }

    private void drain() {
        while (true) {
            Waiting next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null) {
                    draining = false;
                    return;
                }
            }
            if (!cache.reserve(next.chargeBytes)) {
                synchronized (this) {
                    draining = false;
                }
                // Room may have come after the attempt and before the flag fell; its maker saw us draining.
                if (!cache.hasRoom(next.chargeBytes)) {
                    return;
                }
                synchronized (this) {
                    if (draining) {
                        return;
                    }
                    draining = true;
                }
                continue;
            }
            next.proceed.run();
            synchronized (this) {
                // Removed after it went on: a newcomer must not overtake it.
                waiting.remove();
                admitted++;
            }
        }
    }
}
