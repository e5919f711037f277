package io.weir.coordinator;

import io.weir.metadata.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsImage;

/**
 * OffsetFetch, in its three shapes: one group with topics by name (to version 7), several groups (8 and 9), topics by
 * id (from 10); and all topics of a group (from 2). An error of one group is that group's alone. Any thread.
 */
final class OffsetFetches {
    private final GroupCoordinator groups;
    private final ClusterView view;

    OffsetFetches(GroupCoordinator groups, ClusterView view) {
        this.groups = groups;
        this.view = view;
    }

    CompletableFuture<OffsetFetchResponseData> answer(RequestContext context, OffsetFetchRequest request) {
        TopicsImage topics = view.image().topics();
        boolean byId = OffsetFetchRequest.useTopicIds(request.version());
        List<CompletableFuture<OffsetFetchResponseGroup>> answers = new ArrayList<>();
        for (OffsetFetchRequestGroup group : request.groups()) {
            CompletableFuture<OffsetFetchResponseGroup> answer = OffsetFetchRequest.requestAllOffsets(group)
                    ? all(context, group, request.requireStable(), topics, byId)
                    : some(context, group, request.requireStable(), topics, byId);
            answers.add(answer.exceptionally(
                    failed -> OffsetFetchResponse.groupError(group, Errors.forException(failed), request.version())));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new OffsetFetchResponse.Builder(
                                answers.stream().map(CompletableFuture::join).toList())
                        .build(request.version())
                        .data());
    }

    private CompletableFuture<OffsetFetchResponseGroup> all(
            RequestContext context,
            OffsetFetchRequestGroup group,
            boolean requireStable,
            TopicsImage topics,
            boolean byId) {
        return groups.fetchOffsets(context, group, requireStable).thenApply(answer -> {
            if (!byId || answer.errorCode() != Errors.NONE.code()) {
                return answer;
            }
            List<OffsetFetchResponseTopics> known = new ArrayList<>();
            for (OffsetFetchResponseTopics topic : answer.topics()) {
                if (topic.topicId().equals(Uuid.ZERO_UUID)) {
                    TopicImage image = topics.getTopic(topic.name());
                    if (image == null) {
                        // A deleted topic has no id, and the answer has no room for its name.
                        continue;
                    }
                    topic.setTopicId(image.id());
                }
                known.add(topic);
            }
            return answer.setTopics(known);
        });
    }

    private CompletableFuture<OffsetFetchResponseGroup> some(
            RequestContext context,
            OffsetFetchRequestGroup group,
            boolean requireStable,
            TopicsImage topics,
            boolean byId) {
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : group.topics()) {
            TopicImage image = byId ? topics.getTopic(topic.topicId()) : topics.getTopic(topic.name());
            if (image == null && byId) {
                unknown.add(unknownId(topic));
                continue;
            }
            if (image != null) {
                // With its id, the coordinator leaves out offsets of an earlier topic of that name.
                topic.setName(image.name()).setTopicId(image.id());
            }
            known.add(topic);
        }
        OffsetFetchRequestGroup resolved = new OffsetFetchRequestGroup()
                .setGroupId(group.groupId())
                .setMemberId(group.memberId())
                .setMemberEpoch(group.memberEpoch())
                .setTopics(known);
        return groups.fetchOffsets(context, resolved, requireStable).thenApply(answer -> {
            if (unknown.isEmpty() || answer.errorCode() != Errors.NONE.code()) {
                return answer;
            }
            List<OffsetFetchResponseTopics> both = new ArrayList<>(answer.topics());
            both.addAll(unknown);
            return answer.setTopics(both);
        });
    }

    private static OffsetFetchResponseTopics unknownId(OffsetFetchRequestTopics topic) {
        OffsetFetchResponseTopics answer =
                new OffsetFetchResponseTopics().setTopicId(topic.topicId()).setName(topic.name());
        for (int partition : topic.partitionIndexes()) {
            answer.partitions()
                    .add(new OffsetFetchResponsePartitions()
                            .setPartitionIndex(partition)
                            .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                            .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                            .setMetadata(OffsetFetchResponse.NO_METADATA)
                            .setCommittedLeaderEpoch(RecordBatch.NO_PARTITION_LEADER_EPOCH));
        }
        return answer;
    }
}
