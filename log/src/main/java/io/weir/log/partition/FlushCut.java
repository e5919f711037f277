package io.weir.log.partition;

import io.weir.log.commitlog.LogEntry;
import io.weir.log.segment.AbortedTransactionEntry;
import io.weir.log.segment.ProducerSnapshotEntry;
import java.util.List;
import org.apache.kafka.storage.internals.log.EpochEntry;

/**
 * The stretch of a partition that goes into its next segment, with its bytes held until {@link #release}.
 *
 * @param entries dense, in order
 * @param endOffset behind the last of them
 * @param producers as they are at {@code endOffset}
 * @param epochs all that the partition has records of
 * @param aborted transactions that ended in no segment yet
 */
record FlushCut(
        PartitionLog partition,
        int leaderEpoch,
        List<LogEntry> entries,
        long endOffset,
        List<ProducerSnapshotEntry> producers,
        List<EpochEntry> epochs,
        List<AbortedTransactionEntry> aborted) {
    long baseOffset() {
        return entries.getFirst().baseOffset();
    }

    long sizeBytes() {
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.sizeBytes();
        }
        return bytes;
    }

    /** The bytes may go. */
    void release() {
        for (LogEntry entry : entries) {
            entry.free();
        }
    }
}
