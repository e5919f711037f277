package io.weir.server.wiring;

import io.weir.kafka.Service;
import io.weir.metadata.ClusterView;
import io.weir.metadata.node.InternalCalls;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.util.PartitionMetadataClient;

/** End offsets of partitions wherever they are: of others than this node's own, their owners are asked. Any thread. */
final class ClusterEndOffsets implements PartitionMetadataClient {
    private final int nodeId;
    private final ClusterView view;
    private final PartitionMetadataClient here;
    private final IntFunction<Service> nodes;
    private final InternalCalls calls;

    /** @param nodes the broker role of another node; may throw for one that is not known */
    ClusterEndOffsets(int nodeId, ClusterView view, PartitionMetadataClient here, IntFunction<Service> nodes) {
        this.nodeId = nodeId;
        this.view = view;
        this.here = here;
        this.nodes = nodes;
        this.calls = new InternalCalls(nodeId);
    }

    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(Set<TopicPartition> partitions) {
        Map<Integer, Set<TopicPartition>> byOwner = new HashMap<>();
        for (TopicPartition partition : partitions) {
            byOwner.computeIfAbsent(owner(partition), owner -> new HashSet<>()).add(partition);
        }
        Map<TopicPartition, CompletableFuture<OffsetResponse>> answers = new HashMap<>();
        byOwner.forEach((owner, owned) -> {
            if (owner == nodeId) {
                answers.putAll(here.listLatestOffsets(owned));
            } else {
                CompletableFuture<Map<TopicPartition, OffsetResponse>> asked = ask(owner, owned);
                owned.forEach(partition ->
                        answers.put(partition, asked.thenApply(known -> known.getOrDefault(partition, nobody()))));
            }
        });
        return answers;
    }

    private int owner(TopicPartition partition) {
        var topic = view.image().topics().getTopic(partition.topic());
        PartitionRegistration registration =
                topic == null ? null : topic.partitions().get(partition.partition());
        return registration == null ? -1 : registration.leader;
    }

    /** Never fails: what was not told is missing. */
    private CompletableFuture<Map<TopicPartition, OffsetResponse>> ask(int owner, Set<TopicPartition> partitions) {
        Map<String, ListOffsetsTopic> topics = new HashMap<>();
        for (TopicPartition partition : partitions) {
            topics.computeIfAbsent(partition.topic(), name -> new ListOffsetsTopic().setName(name))
                    .partitions()
                    .add(new ListOffsetsPartition()
                            .setPartitionIndex(partition.partition())
                            .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP));
        }
        ListOffsetsRequest.Builder request = ListOffsetsRequest.Builder.forConsumer(
                        false, IsolationLevel.READ_UNCOMMITTED)
                .setTargetTimes(java.util.List.copyOf(topics.values()));
        try {
            return calls.send(nodes.apply(owner), request, ListOffsetsResponseData.class)
                    .thenApply(ClusterEndOffsets::read)
                    .exceptionally(failure -> Map.of());
        } catch (RuntimeException unknownNode) {
            return CompletableFuture.completedFuture(Map.of());
        }
    }

    private static Map<TopicPartition, OffsetResponse> read(ListOffsetsResponseData data) {
        Map<TopicPartition, OffsetResponse> known = new HashMap<>();
        data.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> known.put(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                new OffsetResponse(partition.offset(), Errors.forCode(partition.errorCode())))));
        return known;
    }

    private static OffsetResponse nobody() {
        return new OffsetResponse(-1, Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
