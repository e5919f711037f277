package io.weir.coordinator;

import io.weir.metadata.ClusterView;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsImage;

/** OffsetDelete: deletes what exists; the coordinator refuses topics that the group subscribes to. Any thread. */
final class OffsetDeletes {
    private final GroupCoordinator groups;
    private final ClusterView view;

    OffsetDeletes(GroupCoordinator groups, ClusterView view) {
        this.groups = groups;
        this.view = view;
    }

    CompletableFuture<OffsetDeleteResponseData> answer(RequestContext context, OffsetDeleteRequest request) {
        TopicsImage topics = view.image().topics();
        OffsetDeleteResponse.Builder answer = new OffsetDeleteResponse.Builder();
        OffsetDeleteRequestTopicCollection existing = new OffsetDeleteRequestTopicCollection();
        for (OffsetDeleteRequestTopic topic : request.data().topics()) {
            TopicImage image = topics.getTopic(topic.name());
            OffsetDeleteRequestTopic known = new OffsetDeleteRequestTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                if (image != null && image.partitions().containsKey(partition.partitionIndex())) {
                    known.partitions().add(partition);
                } else {
                    answer.addPartition(topic.name(), partition.partitionIndex(), Errors.UNKNOWN_TOPIC_OR_PARTITION);
                }
            }
            if (!known.partitions().isEmpty()) {
                existing.add(known);
            }
        }
        if (existing.isEmpty()) {
            return CompletableFuture.completedFuture(answer.build().data());
        }
        OffsetDeleteRequestData data = new OffsetDeleteRequestData()
                .setGroupId(request.data().groupId())
                .setTopics(existing);
        return groups.deleteOffsets(context, data, BufferSupplier.NO_CACHING)
                .thenApply(deleted -> answer.merge(deleted).build().data());
    }
}
