package io.weir.log.segment;

import java.util.List;
import org.apache.kafka.storage.internals.log.EpochEntry;

/**
 * What goes into a segment beside its batches.
 *
 * @param nextOffset the segment answers for offsets below this; at least the offset behind its last record
 * @param epochs leader epochs that the partition has records of, up to the segment's end, ascending
 * @param abortedTransactions whose marker is in the segment, in the order of the markers
 * @param producers as they are behind the segment's last record
 */
public record SegmentEnd(
        long nextOffset,
        List<EpochEntry> epochs,
        List<AbortedTransactionEntry> abortedTransactions,
        List<ProducerSnapshotEntry> producers) {
    /** Takes copies. */
    public SegmentEnd {
        epochs = List.copyOf(epochs);
        abortedTransactions = List.copyOf(abortedTransactions);
        producers = List.copyOf(producers);
    }
}
