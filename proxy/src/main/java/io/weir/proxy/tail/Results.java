package io.weir.proxy.tail;

import io.weir.common.buffer.LeasedRecords;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;

/** One partition's part of an answer. Pure. */
final class Results {
    private Results() {}

    /** The records go with it; with an error there are none. */
    static PartitionData of(
            int partition,
            Errors error,
            LeasedRecords records,
            List<AbortedTransaction> aborted,
            IsolationLevel isolation,
            RemoteTail tail) {
        PartitionData data = new PartitionData()
                .setPartitionIndex(partition)
                .setErrorCode(error.code())
                .setHighWatermark(FetchResponse.INVALID_HIGH_WATERMARK)
                .setRecords(records.sizeInBytes() == 0 ? MemoryRecords.EMPTY : records);
        if (error == Errors.NONE) {
            tail.describe(data);
        }
        boolean committed = isolation == IsolationLevel.READ_COMMITTED && error == Errors.NONE;
        return data.setAbortedTransactions(committed ? aborted : null);
    }
}
