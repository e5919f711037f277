package io.weir.proxy.fetch;

import io.weir.common.buffer.LeasedRecords;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;

/** Gives back the records of answers that nobody will send. Releasing twice is harmless. */
final class Leases {
    private Leases() {}

    static void release(@Nullable PartitionData partition) {
        if (partition != null && partition.records() instanceof LeasedRecords leased) {
            leased.release();
        }
    }

    static void release(@Nullable PartitionData[] partitions) {
        for (PartitionData partition : partitions) {
            release(partition);
        }
    }

    static void release(FetchResponseData answer) {
        answer.responses().forEach(topic -> topic.partitions().forEach(Leases::release));
    }
}
