package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.commitlog.CommitLog;
import io.weir.log.commitlog.CommitLogFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves batches from the commit log to segments in the background, on one thread of its own: the largest tails when
 * the cache fills, those that hold the oldest commit log file when the commit log grows, everything once an interval.
 * The same thread keeps the house: expired records, idle producers, files that nobody needs.
 */
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_LEAVING = Duration.ofMillis(5);
    private static final Duration LOOK_FOR_OTHERS = Duration.ofMillis(5);
    private static final int LOOKS_FOR_OTHERS = 10;
    private static final Duration REMIND = Duration.ofSeconds(10);
    /** What was taken over is in segments soon, so that dead nodes' commit logs need not be read again and again. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final Duration COMMIT_WAIT = Duration.ofSeconds(60);

    private final NodeLog node;
    private final Segments segments;
    private final NodeLogConfig config;
    private final NodeLogMetrics metrics;
    private final Retention retention;
    private final Time time;
    private final Semaphore wakeups = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable String failure;
    private volatile CompletableFuture<Boolean> awaitedCommit = CompletableFuture.completedFuture(false);
    private int failures;
    private long saidMs;
    private long lastFullFlushMs;
    private long lastSettledMs;
    private long lastMaintenanceMs;

    Flusher(NodeLog node, Segments segments, NodeLogConfig config, NodeLogMetrics metrics, Time time) {
        this.node = node;
        this.segments = segments;
        this.config = config;
        this.metrics = metrics;
        this.time = time;
        this.retention = new Retention(segments, time);
        this.thread = Thread.ofPlatform().name("weir-flush").unstarted(this::run);
    }

    /** More dirty bytes than this and the thread is woken. */
    long triggerBytes() {
        return config.tailCacheBytes() / 2;
    }

    void start() {
        lastFullFlushMs = time.milliseconds();
        lastMaintenanceMs = lastFullFlushMs;
        lastSettledMs = lastFullFlushMs;
        thread.start();
    }

    void wake() {
        if (wakeups.availablePermits() == 0) {
            wakeups.release();
        }
    }

    void close() {
        closing = true;
        wake();
        // What is not durable yet will not be written to a segment in this life.
        awaitedCommit.complete(false);
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(30))) {
                LOG.warn("flusher=stuck_at_close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                // Somebody waits for partitions that leave; what is on its way to the commit log is there in a moment.
                Duration look = node.departures().leaving().isEmpty() ? LOOK : LOOK_AT_LEAVING;
                if (wakeups.tryAcquire(look.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakeups.drainPermits();
                }
                awaitOthersThatLeave();
                work();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    /** They are told to leave one by one, and written together. */
    private void awaitOthersThatLeave() throws InterruptedException {
        int before = 0;
        int leaving = node.departures().leaving().size();
        for (int i = 0; i < LOOKS_FOR_OTHERS && leaving > before; i++) {
            TimeUnit.NANOSECONDS.sleep(LOOK_FOR_OTHERS.toNanos());
            before = leaving;
            leaving = node.departures().leaving().size();
        }
    }

    /** The store is away or full: everything stays in the commit log, the next round tries again. */
    private void failed(RuntimeException cause) {
        metrics.flushFailed();
        failure = "segments cannot be written: " + cause.getMessage();
        failures++;
        long now = time.milliseconds();
        if (failures == 1 || now - saidMs >= REMIND.toMillis()) {
            saidMs = now;
            boolean known = cause instanceof WeirException fault && fault.kind() == FaultKind.UNAVAILABLE;
            LOG.warn(
                    "flush=failed failures={} retry_in_ms={} reason={}",
                    failures,
                    LOOK.toMillis(),
                    cause.getMessage(),
                    known ? null : cause);
        }
    }

    private void succeeded() {
        if (failure != null) {
            LOG.info("flush=well again failures={}", failures);
            failure = null;
            failures = 0;
        }
    }

    /** Why the last round could not write its segments; empty when it could. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** One round. */
    synchronized void work() {
        try {
            flushWhatMust();
        } finally {
            // Also when nothing can be written: what retention removes may be the room that is missing.
            long now = time.milliseconds();
            if (now - lastMaintenanceMs >= config.retentionCheckInterval().toMillis()) {
                lastMaintenanceMs = now;
                maintain();
            }
        }
    }

    /** Partitions that go to other nodes: all that they have must be in segments. */
    private void letLeave() {
        Set<PartitionLog> leaving = node.departures().leaving();
        if (leaving.isEmpty()) {
            return;
        }
        flush(leaving.stream()
                .filter(log -> log.highWatermark() >= log.logEndOffset())
                .toList());
        for (PartitionLog log : leaving) {
            if (log.status().state() == State.FENCED) {
                node.departures()
                        .cannotLeave(
                                log,
                                "The commit log has what " + log.id() + " lacks in segments, and was taken over: "
                                        + log.status().reason());
            } else if (log.settledInStore()) {
                segments.noteStart(log);
                node.left(log);
            }
        }
        deleteFiles();
    }

    private void flushWhatMust() {
        letLeave();
        while (!closing && node.cache().dirtyBytes() > triggerBytes()) {
            if (!flush(largest(node.cache().dirtyBytes() / 2))) {
                break;
            }
        }
        releaseCommitLog();
        long now = time.milliseconds();
        if (now - lastSettledMs >= SETTLE.toMillis()) {
            lastSettledMs = now;
            List<PartitionLog> overdue = node.settle(now - SETTLE.toMillis());
            if (!overdue.isEmpty()) {
                flush(overdue);
            }
        }
        if (now - lastFullFlushMs >= config.segmentFlushInterval().toMillis()) {
            lastFullFlushMs = now;
            flush(node.logs());
            deleteFiles();
        }
    }

    synchronized void flushAll() {
        flush(node.logs());
        deleteFiles();
    }

    synchronized void maintain() {
        long now = time.milliseconds();
        for (PartitionLog log : node.logs()) {
            if (closing || node.health().refusing()) {
                return; // each would wait in vain for the commit log to note a new log start
            }
            try {
                retention.apply(log);
                log.expireProducers(now);
            } catch (WeirException e) {
                LOG.warn("retention=failed partition={} reason={}", log.id(), e.getMessage());
            }
        }
        segments.sweep(node.logs());
        node.housekeeper().ifPresent(Housekeeper::clean);
        deleteFiles();
    }

    /** The largest tails that together hold so many bytes. */
    private List<PartitionLog> largest(long bytes) {
        record Sized(PartitionLog log, long bytes) {}
        List<Sized> sized = new ArrayList<>();
        for (PartitionLog log : node.logs()) {
            long dirty = log.dirtyBytes();
            if (dirty > 0) {
                sized.add(new Sized(log, dirty));
            }
        }
        sized.sort(Comparator.comparingLong(Sized::bytes).reversed());
        List<PartitionLog> chosen = new ArrayList<>();
        long sum = 0;
        for (Sized one : sized) {
            if (sum >= bytes) {
                break;
            }
            chosen.add(one.log);
            sum += one.bytes;
        }
        return chosen;
    }

    /** While the commit log is too large: what holds its oldest file goes into segments. */
    private void releaseCommitLog() {
        CommitLog log = node.commitLog().orElse(null);
        if (log == null || log.sizeBytes() <= config.commitLogMaxBytes()) {
            return;
        }
        List<CommitLogFile> files = log.files();
        long excess = log.sizeBytes() - config.commitLogMaxBytes();
        List<CommitLogFile> oldest = new ArrayList<>();
        for (CommitLogFile file : files.subList(0, Math.max(0, files.size() - 1))) {
            if (excess <= 0) {
                break;
            }
            excess -= file.lengthBytes();
            oldest.add(file);
        }
        node.packNotes().renew(oldest);
        List<PartitionLog> holders = new ArrayList<>();
        for (PartitionLog partition : node.logs()) {
            if (partition.oldestFile().filter(oldest::contains).isPresent()) {
                holders.add(partition);
            }
            if (partition.logStartFile().filter(oldest::contains).isPresent()) {
                partition.renewLogStart();
            }
        }
        flush(holders);
        deleteFiles();
    }

    /** False when there was nothing to write. */
    private boolean flush(Collection<PartitionLog> logs) {
        List<FlushCut> cuts = new ArrayList<>();
        try {
            for (PartitionLog log : logs) {
                FlushCut cut = log.cut();
                if (cut != null) {
                    cuts.add(cut);
                }
            }
            cuts.removeIf(cut -> !committed(cut));
            if (cuts.isEmpty()) {
                return false;
            }
            long start = time.nanoseconds();
            segments.write(cuts);
            succeeded();
            metrics.flushed(cuts, time.nanoseconds() - start);
            return true;
        } finally {
            cuts.forEach(FlushCut::release);
        }
    }

    /** Waits until all of the cut is durable: a segment never holds what the commit log does not. */
    private boolean committed(FlushCut cut) {
        PartitionLog log = cut.partition();
        if (log.highWatermark() >= cut.endOffset()) {
            return true;
        }
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        awaitedCommit = reached;
        if (closing) {
            reached.complete(false);
        }
        Partition.Watcher watcher = new Partition.Watcher() {
            @Override
            public void onHighWatermark(Partition partition, long highWatermark) {
                if (highWatermark >= cut.endOffset()) {
                    reached.complete(true);
                }
            }

            @Override
            public void onClosed(Partition partition) {
                reached.complete(false);
            }
        };
        log.watch(watcher);
        try {
            boolean ok = log.highWatermark() >= cut.endOffset()
                    || reached.get(COMMIT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!ok) {
                cut.release();
            }
            return ok;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut.release();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "flush=postponed partition={} waiting_for={} high_watermark={}",
                    log.id(),
                    cut.endOffset(),
                    log.highWatermark());
            cut.release();
            return false;
        } finally {
            log.unwatch(watcher);
        }
    }

    private void deleteFiles() {
        node.commitLog().ifPresent(CommitLog::deleteDisposable);
    }
}
