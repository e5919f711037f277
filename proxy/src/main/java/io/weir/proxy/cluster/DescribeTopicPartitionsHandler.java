package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Handler;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * DESCRIBE_TOPIC_PARTITIONS (KIP-966): topics by name, page by page. Only tools ask this, to show it to people, and send
 * nothing to whom it names: so the leader is the owner itself, as DESCRIBE_CLUSTER lists it.
 */
public final class DescribeTopicPartitionsHandler implements Handler {
    private final ClusterView view;
    private final int maxPartitions;

    /** @param maxPartitions in one answer, whatever the client would take */
    public DescribeTopicPartitionsHandler(ClusterView view, int maxPartitions) {
        this.view = view;
        this.maxPartitions = maxPartitions;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        DescribeTopicPartitionsRequestData request = ((DescribeTopicPartitionsRequest) call.request()).data();
        boolean allTopics = request.topics().isEmpty();
        Cursor cursor = request.cursor();
        SortedSet<String> topics = new TreeSet<>();
        if (allTopics) {
            topics.addAll(view.cache().getAllTopics());
        } else {
            request.topics().forEach(topic -> topics.add(topic.name()));
        }
        if (cursor != null) {
            check(cursor, allTopics, topics);
        }
        DescribeTopicPartitionsResponseData response = view.cache()
                .describeTopicResponse(
                        (cursor == null ? topics : topics.tailSet(cursor.topicName())).iterator(),
                        call.context().listenerName,
                        topic -> startOf(topic, cursor),
                        Math.max(1, Math.min(maxPartitions, request.responsePartitionLimit())),
                        allTopics);
        MetadataImage image = view.image();
        for (DescribeTopicPartitionsResponseTopic topic : response.topics()) {
            topic.setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
            nameOwners(image, topic);
        }
        return CompletableFuture.completedFuture(response);
    }

    /** Kafka's look-up leaves out the nodes that have no listener for clients. */
    private static void nameOwners(MetadataImage image, DescribeTopicPartitionsResponseTopic topic) {
        TopicImage known = image.topics().getTopic(topic.topicId());
        for (DescribeTopicPartitionsResponsePartition told : topic.partitions()) {
            PartitionRegistration partition =
                    known == null ? null : known.partitions().get(told.partitionIndex());
            if (partition != null) {
                boolean registered = image.cluster().broker(partition.leader) != null;
                told.setLeaderId(registered ? partition.leader : MetadataResponse.NO_LEADER_ID)
                        .setLeaderEpoch(partition.leaderEpoch)
                        .setOfflineReplicas(ToldTopics.offline(image.cluster(), partition.replicas));
            }
        }
    }

    private static void check(Cursor cursor, boolean allTopics, SortedSet<String> topics) {
        if (!allTopics && !topics.contains(cursor.topicName())) {
            throw new InvalidRequestException(
                    "The cursor's topic must be one of those asked for, is " + cursor.topicName());
        }
        if (cursor.partitionIndex() < 0) {
            throw new InvalidRequestException(
                    "The cursor's partition must not be negative, is " + cursor.partitionIndex());
        }
    }

    /** Never beyond the last partition, where Kafka's look-up would overflow. */
    private int startOf(String topic, @Nullable Cursor cursor) {
        return cursor == null || !cursor.topicName().equals(topic)
                ? 0
                : Math.min(
                        cursor.partitionIndex(),
                        view.cache().numPartitions(topic).orElse(0));
    }
}
