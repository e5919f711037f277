package io.weir.coordinator;

import io.weir.log.Partition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites a partition of the offsets log to its live records: appends them again, waits until they are durable, then
 * moves the log's start behind everything older. Runs between the end of a replay and the coordinator's first write,
 * when nobody else appends. A crash at any point is harmless: until the start moves both copies are there, and
 * replaying a key's last value twice changes nothing. One thread, which blocks.
 */
final class OffsetsLogCompactor {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetsLogCompactor.class);
    private static final int MAX_BATCH_BYTES = 512 * 1024;
    private static final int RECORD_OVERHEAD_BYTES = 64;
    private static final long COMMIT_TIMEOUT_MS = 30_000;
    private static final long WAIT_MS = 10;

    private final Term term;
    private final Partition log;
    private final Time time;

    OffsetsLogCompactor(Term term, Partition log, Time time) {
        this.term = term;
        this.log = log;
        this.time = time;
    }

    /**
     * @throws KafkaStorageException when what was appended cannot be known to be durable: the load must not go on
     */
    void rewrite(LiveRecords live) throws InterruptedException {
        long oldStart = log.logStartOffset();
        long newStart = log.logEndOffset();
        long oldBytes = log.sizeBytes();
        List<LiveRecords.Entry> entries = live.inOrder();
        await(append(entries, newStart));
        try {
            log.deleteRecordsBefore(newStart).get(COMMIT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            LOG.info(
                    "offsets log rewritten: partition={} records={} start={} was={} bytes={}",
                    term,
                    entries.size(),
                    newStart,
                    oldStart,
                    oldBytes);
        } catch (ExecutionException | TimeoutException failed) {
            // The log only stays longer than it need be; the next load tries again.
            LOG.warn("offsets log kept though rewritten: partition={} cause={}", term, failed.toString());
        }
    }

    /** Done when everything is durable; an empty rewrite is done at once. */
    private CompletableFuture<Void> append(List<LiveRecords.Entry> entries, long start) {
        int limit = Math.min(MAX_BATCH_BYTES, log.config().maxMessageSize());
        CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
        long expected = start;
        int from = 0;
        while (from < entries.size()) {
            int to = from;
            int size = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
            do {
                size += entries.get(to).sizeBytes() + RECORD_OVERHEAD_BYTES;
                to++;
            } while (to < entries.size() && size + entries.get(to).sizeBytes() + RECORD_OVERHEAD_BYTES <= limit);
            Durable commit = new Durable();
            Partition.Appended appended = appendWhenItFits(batch(entries.subList(from, to), size), commit);
            if (appended.firstOffset() != expected) {
                throw new KafkaStorageException("Rewriting " + term + ": somebody else appended at " + expected);
            }
            expected = appended.nextOffset();
            durable = CompletableFuture.allOf(durable, commit.done);
            from = to;
        }
        return durable;
    }

    private Partition.Appended appendWhenItFits(MemoryRecords records, Durable commit) {
        while (true) {
            if (term.isOver()) {
                throw new NotLeaderOrFollowerException(term + " is over");
            }
            try {
                return log.appendNow(records, AppendOrigin.COORDINATOR, TransactionVersion.TV_UNKNOWN, commit);
            } catch (NotEnoughReplicasException full) {
                time.sleep(WAIT_MS);
            }
        }
    }

    private MemoryRecords batch(List<LiveRecords.Entry> entries, int size) {
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(size),
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.NONE,
                TimestampType.CREATE_TIME,
                0L,
                time.milliseconds(),
                RecordBatch.NO_PARTITION_LEADER_EPOCH)) {
            for (LiveRecords.Entry entry : entries) {
                builder.append(entry.timestampMs(), entry.key(), entry.value());
            }
            return builder.build();
        }
    }

    private void await(CompletableFuture<Void> durable) throws InterruptedException {
        try {
            durable.get(COMMIT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new KafkaStorageException("Rewriting " + term + ": the live records were not committed", failed);
        }
        long waitedMs = 0;
        while (log.highWatermark() < log.logEndOffset() && waitedMs < COMMIT_TIMEOUT_MS) {
            time.sleep(WAIT_MS);
            waitedMs += WAIT_MS;
        }
        if (log.highWatermark() < log.logEndOffset()) {
            throw new KafkaStorageException("Rewriting " + term + ": the live records are not readable");
        }
    }

    private static final class Durable implements Partition.AppendListener {
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void acknowledged() {
            done.complete(null);
        }

        @Override
        public void failed(Exception cause) {
            done.completeExceptionally(cause);
        }
    }
}
