package io.weir.coordinator;

import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Partition;
import io.weir.log.ReadResult;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.Deserializer;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over one partition of the offsets log, from its start to its end, into the coordinator. One read is in
 * memory at a time. A store that is away is asked again until the term ends; bytes that are not what was written, and
 * records that the coordinator cannot apply, end the pass with the offset in the message. One thread, which blocks.
 */
final class OffsetsReplay {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetsReplay.class);

    // As in Kafka's loader: snapshots of the state cost little each, but garbage gathers between two.
    private static final long COMMIT_INTERVAL_OFFSETS = 16_384;
    private static final long PROGRESS_INTERVAL_MS = 5_000;
    private static final long READ_TIMEOUT_MS = 60_000;
    private static final long FIRST_WAIT_MS = 5;
    private static final long LONGEST_WAIT_MS = 2_000;

    private final Term term;
    private final Partition log;
    private final CoordinatorPlayback<CoordinatorRecord> coordinator;
    private final LiveRecords live;
    private final int readBytes;
    private final Time time;
    private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();

    private long next;
    private long committed;
    private long records;
    private long bytes;
    private long waitMs = FIRST_WAIT_MS;

    OffsetsReplay(
            Term term,
            Partition log,
            CoordinatorPlayback<CoordinatorRecord> coordinator,
            LiveRecords live,
            int readBytes,
            Time time) {
        this.term = term;
        this.log = log;
        this.coordinator = coordinator;
        this.live = live;
        this.readBytes = readBytes;
        this.time = time;
    }

    /** Replays up to the end of the log, waiting for the commit of what its last records still need. */
    void run() throws InterruptedException {
        next = log.logStartOffset();
        long progressMs = time.milliseconds();
        while (next < log.logEndOffset()) {
            if (term.isOver()) {
                throw new NotLeaderOrFollowerException(term + " is over");
            }
            if (!step()) {
                time.sleep(waitMs);
                waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
            }
            long nowMs = time.milliseconds();
            if (nowMs - progressMs >= PROGRESS_INTERVAL_MS) {
                progressMs = nowMs;
                LOG.info(
                        "offsets load: partition={} offset={} end={} records={} bytes={}",
                        term,
                        next,
                        log.logEndOffset(),
                        records,
                        bytes);
            }
        }
        commit();
    }

    /** The state is the one at {@code offset}, though what lies before was not replayed. */
    void skipTo(long offset) {
        next = offset;
        commit();
    }

    long nextOffset() {
        return next;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    private boolean step() throws InterruptedException {
        ReadResult result;
        try {
            result = log.read(next, readBytes, true, IsolationLevel.READ_UNCOMMITTED)
                    .get(READ_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            LOG.warn(
                    "offsets load waits: partition={} offset={} cause=read took over {} ms",
                    term,
                    next,
                    READ_TIMEOUT_MS);
            return false;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof WeirException fault && fault.kind() == FaultKind.UNAVAILABLE) {
                LOG.warn("offsets load waits: partition={} offset={} cause={}", term, next, fault.getMessage());
                return false;
            }
            throw asUnchecked(failed.getCause());
        }
        return switch (result) {
            case ReadResult.Found found -> replay(found);
            case ReadResult.OutOfRange out ->
                throw new WeirException(
                        FaultKind.INVALID,
                        "The log of " + term + " no longer has offset " + next + ", it starts at "
                                + out.logStartOffset() + " and is readable to " + out.highWatermark()
                                + ": records were deleted under the load");
            case ReadResult.NotOwner notOwner ->
                throw new NotLeaderOrFollowerException("This node no longer owns " + term);
        };
    }

    private boolean replay(ReadResult.Found found) {
        try {
            int size = found.records().sizeInBytes();
            if (size == 0) {
                return nothingRead(found);
            }
            for (MemoryRecords readable : wholeBatches(found.records())) {
                for (MutableRecordBatch batch : readable.batches()) {
                    replay(batch);
                }
            }
            bytes += size;
            waitMs = FIRST_WAIT_MS;
            return true;
        } finally {
            found.records().release();
        }
    }

    /** Views of what was read; a copy only when a batch lies across two buffers. */
    private List<MemoryRecords> wholeBatches(LeasedRecords read) {
        List<MemoryRecords> views = read.buffers().stream()
                .map(buffer -> MemoryRecords.readableRecords(buffer.slice()))
                .toList();
        if (views.stream().allMatch(OffsetsReplay::isWhole)) {
            return views;
        }
        MemoryRecords joined = read.copy();
        if (!isWhole(joined)) {
            throw corrupt(
                    "the batch after " + joined.validBytes() + " of " + joined.sizeInBytes() + " bytes is not whole",
                    null);
        }
        return List.of(joined);
    }

    private static boolean isWhole(MemoryRecords records) {
        return records.validBytes() == records.sizeInBytes();
    }

    private boolean nothingRead(ReadResult.Found found) {
        if (found.highWatermark() > next) {
            throw corrupt("nothing is there, though it is readable to " + found.highWatermark(), null);
        }
        return false;
    }

    private void replay(MutableRecordBatch batch) {
        if (batch.lastOffset() < next) {
            return;
        }
        try {
            batch.ensureValid();
        } catch (RuntimeException invalid) {
            throw corrupt("the batch is damaged: " + invalid.getMessage(), invalid);
        }
        live.batch(batch);
        for (Record record : batch) {
            if (record.offset() >= next) {
                records++;
                replay(batch, record);
            }
        }
        next = batch.nextOffset();
        if (next - committed >= COMMIT_INTERVAL_OFFSETS) {
            commit();
        }
    }

    private void replay(MutableRecordBatch batch, Record record) {
        if (batch.isControlBatch()) {
            ControlRecordType type = ControlRecordType.parse(record.key());
            if (type == ControlRecordType.COMMIT || type == ControlRecordType.ABORT) {
                coordinator.replayEndTransactionMarker(
                        batch.producerId(),
                        batch.producerEpoch(),
                        type == ControlRecordType.COMMIT ? TransactionResult.COMMIT : TransactionResult.ABORT);
            }
            return;
        }
        live.record(record);
        CoordinatorRecord decoded;
        try {
            decoded = serde.deserialize(record.key(), record.value());
        } catch (Deserializer.UnknownRecordTypeException unknown) {
            LOG.warn(
                    "offsets load skips a record of an unknown type, as a later version may have left it:"
                            + " partition={} offset={} type={}",
                    term,
                    record.offset(),
                    unknown.unknownType());
            return;
        } catch (RuntimeException invalid) {
            throw corrupt("record " + record.offset() + " cannot be decoded: " + invalid.getMessage(), invalid);
        }
        try {
            coordinator.replay(record.offset(), batch.producerId(), batch.producerEpoch(), decoded);
        } catch (RuntimeException refused) {
            throw new WeirException(
                    FaultKind.INTERNAL,
                    "The log of " + term + " at offset " + record.offset() + ": " + decoded + " cannot be applied: "
                            + refused.getMessage(),
                    refused);
        }
    }

    /** What was replayed so far is durable, as nothing else is ever read. */
    private void commit() {
        if (next > committed) {
            coordinator.updateLastWrittenOffset(next);
            coordinator.updateLastCommittedOffset(next);
            committed = next;
        }
    }

    private WeirException corrupt(String what, @Nullable Throwable cause) {
        return new WeirException(
                FaultKind.CORRUPT,
                "The log of " + term + " at offset " + next + ": " + what
                        + ". The groups of this partition stay unavailable until it is repaired.",
                cause);
    }

    private static RuntimeException asUnchecked(@Nullable Throwable cause) {
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new WeirException(FaultKind.INTERNAL, "Reading the offsets log failed: " + cause, cause);
    }
}
