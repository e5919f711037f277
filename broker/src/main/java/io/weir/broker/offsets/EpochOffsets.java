package io.weir.broker.offsets;

import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import io.weir.log.Partition.EpochEnd;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.image.MetadataImage;

/** OFFSET_FOR_LEADER_EPOCH (KIP-320): where an epoch ended, so that a client can see that it read a lost branch. */
public final class EpochOffsets {
    private final PartitionLookup lookup;
    private final BrokerMetrics metrics;

    /** Answers at once, from memory. */
    public EpochOffsets(PartitionLookup lookup, BrokerMetrics metrics) {
        this.lookup = lookup;
        this.metrics = metrics;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<OffsetForLeaderEpochResponseData> handle(Call call) {
        OffsetsForLeaderEpochRequest request = (OffsetsForLeaderEpochRequest) call.request();
        MetadataImage image = lookup.image();
        OffsetForLeaderEpochResponseData data = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic topic : request.data().topics()) {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            data.topics().add(result);
            for (OffsetForLeaderPartition asked : topic.partitions()) {
                EpochEndOffset end = find(image, topic.topic(), asked);
                metrics.error(ApiKeys.OFFSET_FOR_LEADER_EPOCH, Errors.forCode(end.errorCode()));
                result.partitions().add(end);
            }
        }
        return CompletableFuture.completedFuture(data);
    }

    private EpochEndOffset find(MetadataImage image, String topic, OffsetForLeaderPartition asked) {
        EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
        Partition partition = lookup.find(topic, asked.partition());
        if (partition == null) {
            return answer.setErrorCode(
                    PartitionLookup.absence(image, topic, asked.partition()).code());
        }
        Errors state = PartitionLookup.readable(partition, asked.currentLeaderEpoch());
        if (state != Errors.NONE) {
            return answer.setErrorCode(state.code());
        }
        EpochEnd end = partition.endOffsetFor(asked.leaderEpoch());
        return answer.setLeaderEpoch(end.leaderEpoch()).setEndOffset(end.endOffset());
    }
}
