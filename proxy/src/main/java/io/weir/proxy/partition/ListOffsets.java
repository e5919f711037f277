package io.weir.proxy.partition;

import io.weir.proxy.routing.Divisible;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/** LIST_OFFSETS by owner. */
final class ListOffsets implements Divisible<PartitionItem<ListOffsetsPartition>, ListOffsetsPartitionResponse> {
    @Override
    public List<PartitionItem<ListOffsetsPartition>> items(AbstractRequest request) {
        List<PartitionItem<ListOffsetsPartition>> items = new ArrayList<>();
        for (ListOffsetsTopic topic : ((ListOffsetsRequest) request).data().topics()) {
            for (ListOffsetsPartition partition : topic.partitions()) {
                items.add(new PartitionItem<>(new TopicPartition(topic.name(), partition.partitionIndex()), partition));
            }
        }
        return items;
    }

    @Override
    public Object key(PartitionItem<ListOffsetsPartition> item) {
        return item.partition();
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<PartitionItem<ListOffsetsPartition>> items) {
        ListOffsetsRequestData data = ((ListOffsetsRequest) request).data();
        return ListOffsetsRequest.Builder.forConsumer(true, isolation(data.isolationLevel()))
                .setTargetTimes(PartitionItem.byTopic(
                        items,
                        (name, partitions) ->
                                new ListOffsetsTopic().setName(name).setPartitions(partitions)))
                .setTimeoutMs(data.timeoutMs())
                .build(request.version());
    }

    private static IsolationLevel isolation(byte id) {
        try {
            return IsolationLevel.forId(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("There is no isolation level " + id, e);
        }
    }

    @Override
    public void results(
            AbstractRequest request, ApiMessage answer, BiConsumer<Object, ListOffsetsPartitionResponse> sink) {
        for (ListOffsetsTopicResponse topic : ((ListOffsetsResponseData) answer).topics()) {
            for (ListOffsetsPartitionResponse partition : topic.partitions()) {
                sink.accept(new TopicPartition(topic.name(), partition.partitionIndex()), partition);
            }
        }
    }

    @Override
    public Errors errorOf(ListOffsetsPartitionResponse result) {
        return Errors.forCode(result.errorCode());
    }

    @Override
    public ListOffsetsPartitionResponse failed(PartitionItem<ListOffsetsPartition> item, Errors error) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(item.partition().partition())
                .setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(
            AbstractRequest request,
            List<PartitionItem<ListOffsetsPartition>> items,
            List<ListOffsetsPartitionResponse> results) {
        return new ListOffsetsResponseData()
                .setTopics(PartitionItem.byTopic(
                        items,
                        results,
                        (name, partitions) ->
                                new ListOffsetsTopicResponse().setName(name).setPartitions(partitions)));
    }
}
