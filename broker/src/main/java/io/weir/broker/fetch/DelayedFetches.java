package io.weir.broker.fetch;

import io.netty.util.internal.ThreadExecutorMap;
import io.weir.broker.BrokerConfig;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.log.Partition;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.timer.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetches that wait for more bytes. A partition whose high watermark rises is noted once, however many fetches
 * wait on it and however often it rises before somebody looks; a few tasks of the executor then let the waiters of
 * all noted partitions look again. The log's threads do no more than the noting. Where only a few wait that came from
 * event loops, as consumers' fetches do, there is no such detour: each looks again on its event loop, which has to
 * send the answer anyway.
 */
public final class DelayedFetches implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DelayedFetches.class);

    private final Timer timer;
    private final Executor executor;
    private final BrokerMetrics metrics;
    private final WaitingRoom room;
    private final int parallelism;
    private final Map<Partition, WatchedPartition> watched = new ConcurrentHashMap<>();
    private final Queue<WatchedPartition> changed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile boolean closed;

    /**
     * As the configuration bounds them.
     *
     * @param executor runs re-evaluations, which are short and do not block
     */
    public DelayedFetches(Timer timer, Executor executor, BrokerMetrics metrics, BrokerConfig config) {
        this(
                timer,
                executor,
                metrics,
                new WaitingRoom(config.maxWaitingFetches(), config.maxWaitingPartitions()),
                config.wakeParallelism());
    }

    /**
     * @param executor runs re-evaluations, which are short and do not block
     * @param room who may wait; others are answered at once
     * @param parallelism tasks of the executor at one time
     */
    DelayedFetches(Timer timer, Executor executor, BrokerMetrics metrics, WaitingRoom room, int parallelism) {
        this.timer = timer;
        this.executor = executor;
        this.metrics = metrics;
        this.room = room;
        this.parallelism = parallelism;
    }

    /** Fetches that wait now. */
    public int size() {
        return room.fetches();
    }

    /** Partitions that are watched, with waiting fetches or without. */
    public int watchedPartitions() {
        return watched.size();
    }

    boolean isRoom(FetchCall fetch) {
        if (closed) {
            return false;
        }
        boolean found = room.isRoom(fetch.connection(), fetch.entries().size());
        if (!found) {
            metrics.noRoomToWait();
        }
        return found;
    }

    /** From here on the fetch is answered by its partitions, by the timer, or not at all when it is cancelled. */
    void add(FetchCall fetch) {
        WaitingFetch waiter = new WaitingFetch(fetch, this, ThreadExecutorMap.currentExecutor());
        room.enter(fetch.connection(), fetch.entries().size());
        metrics.waitingFetches(1, fetch.entries().size());
        for (FetchEntry entry : fetch.entries()) {
            watch(entry.opened()).add(entry, waiter);
        }
        CompletableFuture<?> _ = fetch.future().whenComplete((_, _) -> {
            if (waiter.end()) {
                remove(waiter);
            }
        });
        // What happened between the read and the watching is found here.
        waiter.begin();
        if (!waiter.isDone()) {
            timer.add(waiter);
            if (waiter.isDone()) {
                waiter.cancel();
            }
        }
        if (closed) {
            waiter.expire();
        }
    }

    /** Called once a waiter, by whoever ended it. */
    void remove(WaitingFetch waiter) {
        waiter.cancel();
        for (FetchEntry entry : waiter.fetch().entries()) {
            WatchedPartition partition = watchedOrNull(entry.opened());
            if (partition != null) {
                partition.remove(entry);
            }
        }
        FetchCall fetch = waiter.fetch();
        room.leave(fetch.connection(), fetch.entries().size());
        metrics.waitingFetches(-1, fetch.entries().size());
    }

    private WatchedPartition watch(Partition partition) {
        WatchedPartition known = watched.get(partition);
        if (known != null) {
            return known;
        }
        WatchedPartition fresh = new WatchedPartition(this);
        WatchedPartition other = watched.putIfAbsent(partition, fresh);
        if (other != null) {
            return other;
        }
        partition.watch(fresh);
        // Others may have come to wait before the log was asked to tell.
        fresh.onHighWatermark(partition, partition.highWatermark());
        if (PartitionLookup.readable(partition) != Errors.NONE) {
            // It left before the watching began, so nobody will say so.
            partition.unwatch(fresh);
            fresh.onClosed(partition);
        }
        return fresh;
    }

    private @Nullable WatchedPartition watchedOrNull(Partition partition) {
        return watched.get(partition);
    }

    void forget(Partition partition, WatchedPartition gone) {
        watched.remove(partition, gone);
    }

    /** On a thread of the log: noted, no more. */
    void changed(WatchedPartition partition) {
        changed.add(partition);
        int running = drains.get();
        while (running < parallelism) {
            if (drains.compareAndSet(running, running + 1)) {
                execute(this::drain);
                return;
            }
            running = drains.get();
        }
    }

    private void drain() {
        WatchedPartition partition;
        while ((partition = changed.poll()) != null) {
            signal(partition);
        }
        drains.decrementAndGet();
        // One that was noted while the last task was leaving is nobody's: take it along.
        if ((partition = changed.poll()) != null) {
            changed(partition);
        }
    }

    private static void signal(WatchedPartition partition) {
        try {
            partition.signal();
        } catch (RuntimeException bug) {
            log.error("event=fetch_wakeup_failed", bug);
        }
    }

    /** Runs the task on the executor, or here when that has shut down: nobody may be left waiting. */
    void execute(Runnable task) {
        execute(executor, task);
    }

    static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException _) {
            task.run();
        }
    }

    /** Lets every waiting fetch answer with what is there; later ones do not wait. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(watched.entrySet()).forEach(entry -> {
            entry.getKey().unwatch(entry.getValue());
            entry.getValue().expire();
        });
        watched.clear();
    }
}
