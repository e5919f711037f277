package io.weir.log.partition;

import io.netty.util.ReferenceCounted;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.LogEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;

/** What the commit logs of earlier lives say of one partition. Filled by one thread, then handed over. */
public final class Replayed {
    private final List<Batch> batches = new ArrayList<>();
    private long logStart;
    private @Nullable CommitLogFile logStartFile;
    private @Nullable String damage;

    /** One batch; {@code owner} is retained for it and {@code file} pinned. */
    record Batch(
            int leaderEpoch,
            long baseOffset,
            long nextOffset,
            ByteBuffer payload,
            ReferenceCounted owner,
            CommitLogFile file) {
        LogEntry entry(LogEntry.Target target) {
            return LogEntry.recovered(
                    target, leaderEpoch, baseOffset, nextOffset, read().maxTimestamp(), payload, owner, file);
        }

        MutableRecordBatch read() {
            return MemoryRecords.readableRecords(payload.duplicate())
                    .batches()
                    .iterator()
                    .next();
        }

        void discard() {
            owner.release();
            file.unpin();
        }
    }

    /** The next batch, in the order of the commit log; retained and pinned here. */
    public void batch(
            int leaderEpoch,
            long baseOffset,
            int offsetCount,
            ByteBuffer payload,
            ReferenceCounted owner,
            CommitLogFile file) {
        owner.retain();
        file.pin();
        batches.add(new Batch(leaderEpoch, baseOffset, baseOffset + offsetCount, payload, owner, file));
    }

    /** The log starts here; pinned. */
    public void logStart(long offset, CommitLogFile file) {
        file.pin();
        if (logStartFile != null) {
            logStartFile.unpin();
        }
        logStartFile = file;
        logStart = Math.max(logStart, offset);
    }

    /** An acknowledged batch cannot be read. */
    public void damaged(String what) {
        damage = damage == null ? what : damage;
    }

    /** Nobody owns the partition: lets go of everything. */
    public void discard() {
        batches.forEach(Batch::discard);
        batches.clear();
        if (logStartFile != null) {
            logStartFile.unpin();
            logStartFile = null;
        }
    }

    /** Several commit logs have been read into this one, in any order: by offset now, as one log has them. */
    void sort() {
        batches.sort(Comparator.comparingLong(Batch::baseOffset));
    }

    /** The log starts here or later, as the store notes. */
    void startsAt(long offset) {
        logStart = Math.max(logStart, offset);
    }

    List<Batch> batches() {
        return batches;
    }

    /** From this offset on everything is here; a number above all when nothing is, or something is damaged. */
    long soundFrom() {
        return batches.isEmpty() || damage != null
                ? Long.MAX_VALUE
                : batches.getFirst().baseOffset();
    }

    long logStart() {
        return logStart;
    }

    @Nullable
    CommitLogFile logStartFile() {
        return logStartFile;
    }

    @Nullable
    String damage() {
        return damage;
    }

    static WeirException gap(TopicIdPartition id, long expected, long found, @Nullable String damage) {
        return new WeirException(
                FaultKind.CORRUPT,
                "Records " + expected + " to " + (found - 1) + " of " + id + " are missing"
                        + (damage == null ? " from the commit log" : ": " + damage));
    }

    static WeirException damaged(TopicIdPartition id, String damage) {
        return new WeirException(FaultKind.CORRUPT, id + " cannot be recovered: " + damage);
    }
}
