package io.weir.broker.ownership;

import io.weir.kafka.Service;
import io.weir.log.PriorOwners;
import io.weir.metadata.node.InternalCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;

/** Asks other nodes to let go of partitions: the other half of {@link LettingGo}. Any thread; does not block. */
public final class HandOver implements PriorOwners {
    private final int nodeId;
    private final IntFunction<Service> nodes;
    private final Duration timeout;
    private final InternalCalls calls;

    /**
     * @param nodeId of this node
     * @param nodes the broker role of each node, on its internal listener; may throw for one that is not known
     * @param timeout after which a node that has not answered counts as one that does not
     */
    public HandOver(int nodeId, IntFunction<Service> nodes, Duration timeout) {
        this.nodeId = nodeId;
        this.nodes = nodes;
        this.timeout = timeout;
        this.calls = new InternalCalls(nodeId);
    }

    @Override
    public CompletableFuture<Map<TopicIdPartition, Answer>> letGo(int node, Map<TopicIdPartition, Integer> newEpochs) {
        OffsetForLeaderTopicCollection topics = new OffsetForLeaderTopicCollection();
        Map<TopicPartition, TopicIdPartition> ids = new HashMap<>();
        newEpochs.forEach((id, epoch) -> {
            ids.put(id.topicPartition(), id);
            OffsetForLeaderTopic topic = topics.find(id.topic());
            if (topic == null) {
                topic = new OffsetForLeaderTopic().setTopic(id.topic());
                topic.unknownTaggedFields().add(TopicIdField.of(id.topicId()));
                topics.add(topic);
            }
            topic.partitions()
                    .add(new OffsetForLeaderPartition()
                            .setPartition(id.partition())
                            .setCurrentLeaderEpoch(epoch)
                            .setLeaderEpoch(epoch));
        });
        try {
            return calls.send(
                            nodes.apply(node),
                            OffsetsForLeaderEpochRequest.Builder.forFollower(topics, nodeId),
                            OffsetForLeaderEpochResponseData.class)
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .thenApply(data -> answers(data, ids, newEpochs));
        } catch (RuntimeException unknownNode) {
            return CompletableFuture.failedFuture(unknownNode);
        }
    }

    private static Map<TopicIdPartition, Answer> answers(
            OffsetForLeaderEpochResponseData data,
            Map<TopicPartition, TopicIdPartition> ids,
            Map<TopicIdPartition, Integer> newEpochs) {
        Map<TopicIdPartition, Answer> answers = new HashMap<>();
        data.topics()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    TopicIdPartition id = ids.get(new TopicPartition(topic.topic(), partition.partition()));
                    Errors error = Errors.forCode(partition.errorCode());
                    if (id != null && error == Errors.NONE) {
                        boolean nobodyBetween = partition.leaderEpoch() >= 0
                                && partition.leaderEpoch() == newEpochs.getOrDefault(id, 0) - 1;
                        answers.put(id, nobodyBetween ? Answer.LET_GO_WHOLE : Answer.LET_GO);
                    } else if (id != null && error == Errors.FENCED_LEADER_EPOCH) {
                        answers.put(id, Answer.SUPERSEDED);
                    }
                }));
        return answers;
    }
}
