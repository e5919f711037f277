package io.weir.proxy.partition;

import io.weir.proxy.routing.Divisible;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResultCollection;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResultCollection;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;

/** DELETE_RECORDS by owner. */
final class DeleteRecords implements Divisible<PartitionItem<DeleteRecordsPartition>, DeleteRecordsPartitionResult> {
    @Override
    public List<PartitionItem<DeleteRecordsPartition>> items(AbstractRequest request) {
        List<PartitionItem<DeleteRecordsPartition>> items = new ArrayList<>();
        for (DeleteRecordsTopic topic : ((DeleteRecordsRequest) request).data().topics()) {
            for (DeleteRecordsPartition partition : topic.partitions()) {
                items.add(new PartitionItem<>(new TopicPartition(topic.name(), partition.partitionIndex()), partition));
            }
        }
        return items;
    }

    @Override
    public Object key(PartitionItem<DeleteRecordsPartition> item) {
        return item.partition();
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<PartitionItem<DeleteRecordsPartition>> items) {
        return new DeleteRecordsRequest.Builder(new DeleteRecordsRequestData()
                        .setTimeoutMs(((DeleteRecordsRequest) request).data().timeoutMs())
                        .setTopics(PartitionItem.byTopic(
                                items,
                                (name, partitions) ->
                                        new DeleteRecordsTopic().setName(name).setPartitions(partitions))))
                .build(request.version());
    }

    @Override
    public void results(
            AbstractRequest request, ApiMessage answer, BiConsumer<Object, DeleteRecordsPartitionResult> sink) {
        for (DeleteRecordsTopicResult topic : ((DeleteRecordsResponseData) answer).topics()) {
            for (DeleteRecordsPartitionResult partition : topic.partitions()) {
                sink.accept(new TopicPartition(topic.name(), partition.partitionIndex()), partition);
            }
        }
    }

    @Override
    public Errors errorOf(DeleteRecordsPartitionResult result) {
        return Errors.forCode(result.errorCode());
    }

    @Override
    public DeleteRecordsPartitionResult failed(PartitionItem<DeleteRecordsPartition> item, Errors error) {
        return new DeleteRecordsPartitionResult()
                .setPartitionIndex(item.partition().partition())
                .setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK)
                .setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(
            AbstractRequest request,
            List<PartitionItem<DeleteRecordsPartition>> items,
            List<DeleteRecordsPartitionResult> results) {
        DeleteRecordsTopicResultCollection topics = new DeleteRecordsTopicResultCollection();
        topics.addAll(PartitionItem.byTopic(items, results, DeleteRecords::topicResult));
        return new DeleteRecordsResponseData().setTopics(topics);
    }

    private static DeleteRecordsTopicResult topicResult(String name, List<DeleteRecordsPartitionResult> partitions) {
        DeleteRecordsPartitionResultCollection collection = new DeleteRecordsPartitionResultCollection();
        // An element knows the collection that it is in, and cannot be in the part's answer and in this one.
        partitions.forEach(partition -> collection.add(partition.duplicate()));
        return new DeleteRecordsTopicResult().setName(name).setPartitions(collection);
    }
}
