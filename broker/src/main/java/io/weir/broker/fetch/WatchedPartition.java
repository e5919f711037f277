package io.weir.broker.fetch;

import io.weir.log.Partition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one watcher of a partition for all fetches that wait on it. It stays until the partition leaves the node, so
 * that fetches come and go without touching the log. Its callbacks run on the log's threads and only note that
 * something happened; a few waiters are told directly, each on its own event loop, more of them by the executor.
 */
final class WatchedPartition implements Partition.Watcher {
    /** Telling so many takes a thread of the log no longer than waking another one for it. */
    static final int FEW = 4;

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
        if (!tellFew()) {
            enqueue();
        }
    }

    private boolean tellFew() {
        if (waiters.size() > FEW) {
            return false;
        }
        boolean all = true;
        for (Map.Entry<FetchEntry, WaitingFetch> waiting : waiters.entrySet()) {
            WaitingFetch waiter = waiting.getValue();
            if (waiter.hasHome()) {
                waiter.changed(waiting.getKey());
                waiter.evaluateAtHome();
            } else {
                all = false;
            }
        }
        return all;
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
