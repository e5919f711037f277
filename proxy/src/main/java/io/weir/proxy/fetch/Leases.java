package io.weir.proxy.fetch;

import io.weir.common.buffer.LeasedRecords;
import java.util.List;
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

    static void release(List<PartitionData> partitions) {
        partitions.forEach(Leases::release);
    }

    static void release(FetchResponseData answer) {
        answer.responses().forEach(topic -> release(topic.partitions()));
    }
}
