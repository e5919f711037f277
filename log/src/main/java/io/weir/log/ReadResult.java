package io.weir.log;

import io.weir.common.buffer.LeasedRecords;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;

/** What a read found. */
public sealed interface ReadResult {
    /**
     * Batches, perhaps none at the end of the log.
     *
     * @param records leased: whoever ends up with them releases them
     * @param abortedTransactions that overlap the records; empty unless read committed
     */
    record Found(
            LeasedRecords records,
            long highWatermark,
            long lastStableOffset,
            long logStartOffset,
            List<AbortedTransaction> abortedTransactions)
            implements ReadResult {}

    /** The offset is below the log start or above the high watermark. */
    record OutOfRange(long logStartOffset, long highWatermark) implements ReadResult {}

    /** This node does not own the partition (any more). */
    record NotOwner() implements ReadResult {}
}
