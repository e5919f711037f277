package io.weir.coordinator;

import io.weir.metadata.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsImage;

/**
 * OffsetCommit: commits what exists, and says of each partition that does not why not. Topics are named from version
 * 0 to 9 and have ids from version 10 on. Any thread.
 */
final class OffsetCommits {
    private final GroupCoordinator groups;
    private final ClusterView view;

    OffsetCommits(GroupCoordinator groups, ClusterView view) {
        this.groups = groups;
        this.view = view;
    }

    CompletableFuture<OffsetCommitResponseData> answer(RequestContext context, OffsetCommitRequest request) {
        boolean byId = OffsetCommitResponse.useTopicIds(request.version());
        TopicsImage topics = view.image().topics();
        OffsetCommitResponse.Builder answer = OffsetCommitResponse.newBuilder(byId);
        List<OffsetCommitRequestTopic> existing = new ArrayList<>();
        for (OffsetCommitRequestTopic topic : request.data().topics()) {
            TopicImage image = byId ? topics.getTopic(topic.topicId()) : topics.getTopic(topic.name());
            if (image == null) {
                answer.addPartitions(
                        topic.topicId(),
                        topic.name(),
                        topic.partitions(),
                        OffsetCommitRequestPartition::partitionIndex,
                        byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION);
            } else {
                addExisting(existing, answer, topic, image, byId);
            }
        }
        if (existing.isEmpty()) {
            return CompletableFuture.completedFuture(answer.build().data());
        }
        OffsetCommitRequestData data = new OffsetCommitRequestData()
                .setGroupId(request.data().groupId())
                .setMemberId(request.data().memberId())
                .setGenerationIdOrMemberEpoch(request.data().generationIdOrMemberEpoch())
                .setRetentionTimeMs(request.data().retentionTimeMs())
                .setGroupInstanceId(request.data().groupInstanceId())
                .setTopics(existing);
        return groups.commitOffsets(context, data, BufferSupplier.NO_CACHING)
                .thenApply(committed -> answer.merge(committed).build().data());
    }

    private static void addExisting(
            List<OffsetCommitRequestTopic> existing,
            OffsetCommitResponse.Builder answer,
            OffsetCommitRequestTopic topic,
            TopicImage image,
            boolean byId) {
        // Kept with the offset, whatever the request says: a topic made anew under the name does not get it.
        OffsetCommitRequestTopic known =
                new OffsetCommitRequestTopic().setTopicId(image.id()).setName(image.name());
        for (OffsetCommitRequestPartition partition : topic.partitions()) {
            if (image.partitions().containsKey(partition.partitionIndex())) {
                known.partitions().add(partition);
            } else {
                answer.addPartition(
                        topic.topicId(),
                        byId ? image.name() : topic.name(),
                        partition.partitionIndex(),
                        Errors.UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
        if (!known.partitions().isEmpty()) {
            existing.add(known);
        }
    }
}
