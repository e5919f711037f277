package io.weir.proxy.partition;

import io.weir.proxy.routing.Divisible;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DescribeProducersRequest;

/** DESCRIBE_PRODUCERS by owner. */
final class DescribeProducers implements Divisible<PartitionItem<Integer>, PartitionResponse> {
    @Override
    public List<PartitionItem<Integer>> items(AbstractRequest request) {
        List<PartitionItem<Integer>> items = new ArrayList<>();
        for (TopicRequest topic : ((DescribeProducersRequest) request).data().topics()) {
            for (Integer partition : topic.partitionIndexes()) {
                items.add(new PartitionItem<>(new TopicPartition(topic.name(), partition), partition));
            }
        }
        return items;
    }

    @Override
    public Object key(PartitionItem<Integer> item) {
        return item.partition();
    }

    @Override
    public boolean isAnsweredOnce() {
        return true;
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<PartitionItem<Integer>> items) {
        return new DescribeProducersRequest.Builder(new DescribeProducersRequestData()
                        .setTopics(PartitionItem.byTopic(
                                items,
                                (name, partitions) ->
                                        new TopicRequest().setName(name).setPartitionIndexes(partitions))))
                .build(request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, PartitionResponse> sink) {
        for (TopicResponse topic : ((DescribeProducersResponseData) answer).topics()) {
            for (PartitionResponse partition : topic.partitions()) {
                sink.accept(new TopicPartition(topic.name(), partition.partitionIndex()), partition);
            }
        }
    }

    @Override
    public Errors errorOf(PartitionResponse result) {
        return Errors.forCode(result.errorCode());
    }

    @Override
    public PartitionResponse failed(PartitionItem<Integer> item, Errors error) {
        return new PartitionResponse()
                .setPartitionIndex(item.partition().partition())
                .setErrorCode(error.code())
                .setErrorMessage(error.message());
    }

    @Override
    public ApiMessage whole(
            AbstractRequest request, List<PartitionItem<Integer>> items, List<PartitionResponse> results) {
        return new DescribeProducersResponseData()
                .setTopics(PartitionItem.byTopic(
                        items,
                        results,
                        (name, partitions) -> new TopicResponse().setName(name).setPartitions(partitions)));
    }
}
