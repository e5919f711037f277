package io.weir.examples;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Who was sent and who has arrived, one by one. Any thread. */
final class Tally {
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> arrived = new ConcurrentHashMap<>();
    private final AtomicLong arrivals = new AtomicLong();

    /** Counts what was acknowledged. */
    void sent(String id) {
        sent.add(id);
    }

    void arrived(String id) {
        arrived.merge(id, 1, Integer::sum);
        arrivals.incrementAndGet();
    }

    long sent() {
        return sent.size();
    }

    long arrived() {
        return arrivals.get();
    }

    /** Sent, and not arrived. */
    long missing() {
        return sent.stream().filter(id -> !arrived.containsKey(id)).count();
    }

    /** Arrived more than once, or never sent. */
    long surplus() {
        return arrived.entrySet().stream()
                .filter(entry -> entry.getValue() > 1 || !sent.contains(entry.getKey()))
                .count();
    }

    boolean complete() {
        return arrived() >= sent() && missing() == 0;
    }
}
