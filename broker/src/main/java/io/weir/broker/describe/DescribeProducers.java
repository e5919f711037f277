package io.weir.broker.describe;

import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.image.MetadataImage;

/** DESCRIBE_PRODUCERS: the idempotent producers that partitions remember (KIP-664). */
public final class DescribeProducers {
    private final PartitionLookup lookup;
    private final BrokerMetrics metrics;

    /** Answers at once, from memory. */
    public DescribeProducers(PartitionLookup lookup, BrokerMetrics metrics) {
        this.lookup = lookup;
        this.metrics = metrics;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<DescribeProducersResponseData> handle(Call call) {
        DescribeProducersRequest request = (DescribeProducersRequest) call.request();
        MetadataImage image = lookup.image();
        DescribeProducersResponseData data = new DescribeProducersResponseData();
        for (TopicRequest topic : request.data().topics()) {
            TopicResponse response = new TopicResponse().setName(topic.name());
            data.topics().add(response);
            for (int index : topic.partitionIndexes()) {
                response.partitions().add(describe(image, topic.name(), index));
            }
        }
        return CompletableFuture.completedFuture(data);
    }

    private PartitionResponse describe(MetadataImage image, String topic, int index) {
        PartitionResponse response = new PartitionResponse().setPartitionIndex(index);
        Partition partition = lookup.find(topic, index);
        Errors state =
                partition == null ? PartitionLookup.absence(image, topic, index) : PartitionLookup.readable(partition);
        if (partition == null || state != Errors.NONE) {
            metrics.error(ApiKeys.DESCRIBE_PRODUCERS, state);
            return response.setErrorCode(state.code()).setErrorMessage(state.message());
        }
        return response.setActiveProducers(partition.activeProducers());
    }
}
