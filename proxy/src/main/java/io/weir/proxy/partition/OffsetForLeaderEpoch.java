package io.weir.proxy.partition;

import io.weir.proxy.routing.Divisible;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResultCollection;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;

/** OFFSET_FOR_LEADER_EPOCH by owner. */
final class OffsetForLeaderEpoch implements Divisible<PartitionItem<OffsetForLeaderPartition>, EpochEndOffset> {
    @Override
    public List<PartitionItem<OffsetForLeaderPartition>> items(AbstractRequest request) {
        List<PartitionItem<OffsetForLeaderPartition>> items = new ArrayList<>();
        for (OffsetForLeaderTopic topic :
                ((OffsetsForLeaderEpochRequest) request).data().topics()) {
            for (OffsetForLeaderPartition partition : topic.partitions()) {
                items.add(new PartitionItem<>(new TopicPartition(topic.topic(), partition.partition()), partition));
            }
        }
        return items;
    }

    @Override
    public Object key(PartitionItem<OffsetForLeaderPartition> item) {
        return item.partition();
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<PartitionItem<OffsetForLeaderPartition>> items) {
        OffsetForLeaderTopicCollection topics = new OffsetForLeaderTopicCollection();
        topics.addAll(PartitionItem.byTopic(
                items,
                (name, partitions) -> new OffsetForLeaderTopic().setTopic(name).setPartitions(partitions)));
        return new OffsetsForLeaderEpochRequest(
                new OffsetForLeaderEpochRequestData()
                        .setReplicaId(((OffsetsForLeaderEpochRequest) request).replicaId())
                        .setTopics(topics),
                request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, EpochEndOffset> sink) {
        for (OffsetForLeaderTopicResult topic : ((OffsetForLeaderEpochResponseData) answer).topics()) {
            for (EpochEndOffset partition : topic.partitions()) {
                sink.accept(new TopicPartition(topic.topic(), partition.partition()), partition);
            }
        }
    }

    @Override
    public Errors errorOf(EpochEndOffset result) {
        return Errors.forCode(result.errorCode());
    }

    @Override
    public EpochEndOffset failed(PartitionItem<OffsetForLeaderPartition> item, Errors error) {
        return new EpochEndOffset().setPartition(item.partition().partition()).setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(
            AbstractRequest request,
            List<PartitionItem<OffsetForLeaderPartition>> items,
            List<EpochEndOffset> results) {
        OffsetForLeaderTopicResultCollection topics = new OffsetForLeaderTopicResultCollection();
        topics.addAll(PartitionItem.byTopic(
                items,
                results,
                (name, partitions) ->
                        new OffsetForLeaderTopicResult().setTopic(name).setPartitions(partitions)));
        return new OffsetForLeaderEpochResponseData().setTopics(topics);
    }
}
