package io.weir.broker.fetch;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who may wait. A waiting fetch is some 1,500 bytes of heap and 250 more a partition, so both are bounded. Half of the
 * places are for fetches that are their connection's only one, and none takes more than half of the partitions that
 * are left: however many a client sends and however wide they are, those of others can wait.
 *
 * <p>One that may not is answered at once with what is there. Behind an earlier fetch of its connection nobody notices:
 * answers keep their order. Any thread; under a race the bounds are passed by a few.
 */
final class WaitingRoom {
    private final int maxFetches;
    private final long maxPartitions;
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong partitions = new AtomicLong();
    private final ConcurrentMap<String, Integer> byConnection = new ConcurrentHashMap<>();

    WaitingRoom(int maxFetches, long maxPartitions) {
        this.maxFetches = maxFetches;
        this.maxPartitions = maxPartitions;
    }

    int fetches() {
        return fetches.get();
    }

    boolean isRoom(String connection, int wanted) {
        int now = fetches.get();
        return now < maxFetches
                && 2L * wanted <= maxPartitions - partitions.get()
                && (now < maxFetches / 2 || !byConnection.containsKey(connection));
    }

    void enter(String connection, int wanted) {
        fetches.incrementAndGet();
        partitions.addAndGet(wanted);
        byConnection.merge(connection, 1, Integer::sum);
    }

    void leave(String connection, int wanted) {
        fetches.decrementAndGet();
        partitions.addAndGet(-wanted);
        byConnection.computeIfPresent(connection, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Connections with a fetch that waits. */
    int connections() {
        return byConnection.size();
    }
}
