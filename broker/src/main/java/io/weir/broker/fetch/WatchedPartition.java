package io.weir.broker.fetch;

import io.weir.log.Partition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one watcher of a partition for all fetches that wait on it. It stays until the partition leaves the node, so
 * that fetches come and go without touching the log. Its callbacks run on the log's threads and only note that
 * something happened.
 */
final class WatchedPartition implements Partition.Watcher {
    private final DelayedFetches delayed;
    private final Map<FetchEntry, WaitingFetch> waiters = new ConcurrentHashMap<>();
    private final AtomicBoolean queued = new AtomicBoolean();
    private volatile boolean closed;

    WatchedPartition(DelayedFetches delayed) {
        this.delayed = delayed;
    }

    /** The waiter is told of everything from now on; it looks for itself at what happened before. */
    void add(FetchEntry entry, WaitingFetch waiter) {
        waiters.put(entry, waiter);
        if (closed) {
            entry.closed = true;
        }
    }

    void remove(FetchEntry entry) {
        waiters.remove(entry);
    }

    @Override
    public void onHighWatermark(Partition partition, long highWatermark) {
        enqueue();
    }

    @Override
    public void onClosed(Partition partition) {
        closed = true;
        delayed.forget(partition, this);
        enqueue();
    }

    private void enqueue() {
        if (!waiters.isEmpty() && queued.compareAndSet(false, true)) {
            delayed.changed(this);
        }
    }

    /** On the executor: every waiter looks again. */
    void signal() {
        queued.set(false);
        boolean gone = closed;
        waiters.forEach((entry, waiter) -> {
            if (gone) {
                entry.closed = true;
            }
            waiter.changed(entry);
            waiter.evaluate();
        });
    }

    /** Every waiter answers with what is there: the service closes. */
    void expire() {
        waiters.values().forEach(WaitingFetch::expire);
    }
}
