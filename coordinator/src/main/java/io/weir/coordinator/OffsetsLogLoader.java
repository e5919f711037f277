package io.weir.coordinator;

import io.weir.log.Partition;
import io.weir.log.Partitions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings groups back from the offsets log. Each load has a virtual thread of its own, which waits until the log is
 * writable in the term that the load is for, replays it, and rewrites it when it has grown; at most {@code
 * loadParallelism} of them read at a time. The runtime answers COORDINATOR_LOAD_IN_PROGRESS meanwhile. A load whose
 * term ends is dropped: it never completes, as the runtime has forgotten it.
 */
final class OffsetsLogLoader implements CoordinatorLoader<CoordinatorRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetsLogLoader.class);
    private static final long FIRST_WAIT_MS = 5;
    private static final long LONGEST_WAIT_MS = 200;

    private final Partitions partitions;
    private final Terms terms;
    private final CoordinatorConfig config;
    private final LoadMetrics metrics;
    private final Time time;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("offsets-load-", 0).factory());
    private final Semaphore readers;

    OffsetsLogLoader(Partitions partitions, Terms terms, CoordinatorConfig config, LoadMetrics metrics, Time time) {
        this.partitions = partitions;
        this.terms = terms;
        this.config = config;
        this.metrics = metrics;
        this.time = time;
        this.readers = new Semaphore(config.loadParallelism());
    }

    @Override
    public CompletableFuture<LoadSummary> load(TopicPartition tp, CoordinatorPlayback<CoordinatorRecord> coordinator) {
        Optional<Term> term = terms.nextToLoad(tp);
        if (term.isEmpty()) {
            return CompletableFuture.failedFuture(new NotLeaderOrFollowerException("This node does not lead " + tp));
        }
        CompletableFuture<LoadSummary> done = new CompletableFuture<>();
        long startMs = time.milliseconds();
        try {
            threads.execute(() -> run(term.get(), coordinator, done, startMs));
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(new NotLeaderOrFollowerException("The coordinator is shutting down"));
        }
        return done;
    }

    private void run(
            Term term,
            CoordinatorPlayback<CoordinatorRecord> coordinator,
            CompletableFuture<LoadSummary> done,
            long startMs) {
        try {
            Partition log = awaitWritable(term);
            readers.acquire();
            LoadSummary summary;
            try {
                summary = replay(term, log, coordinator, startMs);
            } finally {
                readers.release();
            }
            term.unlessOver(() -> done.complete(summary));
        } catch (InterruptedException shutdown) {
            fail(term, done, new NotLeaderOrFollowerException("The coordinator is shutting down"));
        } catch (NotLeaderOrFollowerException lost) {
            LOG.info("offsets load stopped: partition={} cause={}", term, lost.getMessage());
            fail(term, done, lost);
        } catch (Throwable cause) {
            // The runtime logs it with its trace and refuses the partition's groups; the role has it loaded again
            // later.
            metrics.failed();
            term.loadFailed();
            fail(term, done, cause);
        }
    }

    private static void fail(Term term, CompletableFuture<LoadSummary> done, Throwable cause) {
        term.unlessOver(() -> done.completeExceptionally(cause));
    }

    private LoadSummary replay(
            Term term, Partition log, CoordinatorPlayback<CoordinatorRecord> coordinator, long startMs)
            throws InterruptedException {
        long readMs = time.milliseconds();
        long sizeBytes = log.sizeBytes();
        LiveRecords live = sizeBytes >= config.compactionThresholdBytes()
                ? LiveRecords.upTo(Math.max(config.compactionThresholdBytes(), sizeBytes) / 2)
                : LiveRecords.none();
        OffsetsReplay replay =
                new OffsetsReplay(term, log, coordinator, live, config.groups().offsetsLoadBufferSize(), time);
        replay.run();
        if (live.worthRewriting()) {
            new OffsetsLogCompactor(term, log, time).rewrite(live);
            replay.skipTo(log.logEndOffset());
            metrics.compacted();
        }
        term.loaded(log, replay.nextOffset());
        long endMs = time.milliseconds();
        metrics.loaded(replay.records(), replay.bytes());
        return new LoadSummary(startMs, endMs, readMs - startMs, replay.records(), replay.bytes());
    }

    /** The log in the state and the epoch of the term. */
    private Partition awaitWritable(Term term) {
        long waitMs = FIRST_WAIT_MS;
        while (true) {
            stopIfOver(term);
            Optional<Partition> found = partitions.find(term.topicPartition());
            if (found.isPresent() && found.get().leaderEpoch() >= term.leaderEpoch()) {
                Partition log = found.get();
                if (log.leaderEpoch() > term.leaderEpoch()) {
                    throw new NotLeaderOrFollowerException(
                            term + " is over: the log is open at leader epoch " + log.leaderEpoch());
                }
                switch (log.status().state()) {
                    case WRITABLE -> {
                        return log;
                    }
                    case ASSIGNED, RECOVERING -> {}
                    case CLOSING, FENCED ->
                        throw new NotLeaderOrFollowerException(term + " is over: the log is " + log.status());
                    case FAILED ->
                        throw new KafkaStorageException("The log of " + term + " failed: "
                                + log.status().reason());
                }
            }
            time.sleep(waitMs);
            waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
        }
    }

    private void stopIfOver(Term term) {
        if (term.isOver() || threads.isShutdown()) {
            throw new NotLeaderOrFollowerException(term + " is over");
        }
    }

    /** Interrupts what loads. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
