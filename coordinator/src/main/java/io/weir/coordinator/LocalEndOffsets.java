package io.weir.coordinator;

import io.weir.log.Partitions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.PartitionMetadataClient;

/**
 * End offsets of the partitions that this node owns: their high watermarks. Others are answered with
 * NOT_LEADER_OR_FOLLOWER. Any thread, never blocks.
 */
public final class LocalEndOffsets implements PartitionMetadataClient {
    private final Partitions partitions;

    /** Looks into {@code partitions}. */
    public LocalEndOffsets(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(
            Set<TopicPartition> topicPartitions) {
        Map<TopicPartition, CompletableFuture<OffsetResponse>> answers = new HashMap<>();
        for (TopicPartition topicPartition : topicPartitions) {
            OffsetResponse answer = partitions
                    .find(topicPartition)
                    .map(log -> new OffsetResponse(log.highWatermark(), Errors.NONE))
                    .orElseGet(() -> new OffsetResponse(-1, Errors.NOT_LEADER_OR_FOLLOWER));
            answers.put(topicPartition, CompletableFuture.completedFuture(answer));
        }
        return answers;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
