package io.weir.proxy.fetch;

import io.weir.proxy.routing.Owners;
import io.weir.proxy.routing.Route;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.jspecify.annotations.Nullable;

/**
 * One partition that a client wants records of.
 *
 * @param partition its topic is null when the id is unknown
 * @param from where, and how much
 * @param owner who is asked for it: a node, {@link FetchSources#TAILS}, or {@link Owners#NONE}
 * @param refusal what the client is told when there is no owner
 */
record Wanted(TopicIdPartition partition, FetchRequest.PartitionData from, int owner, Errors refusal) {
    static Wanted of(
            MetadataImage image,
            boolean byId,
            TopicIdPartition partition,
            FetchRequest.PartitionData from,
            FetchSources sources) {
        TopicImage topic = topicOf(image, byId, partition);
        int owner = Owners.ownerOf(topic, partition.partition());
        return new Wanted(
                partition,
                from,
                sources.asked(owner, from),
                owner == Owners.NONE ? refusalOf(topic, byId, partition) : Errors.NONE);
    }

    static @Nullable TopicImage topicOf(MetadataImage image, boolean byId, TopicIdPartition partition) {
        return byId
                ? image.topics().getTopic(partition.topicId())
                : image.topics().getTopic(partition.topic());
    }

    private static Errors refusalOf(@Nullable TopicImage topic, boolean byId, TopicIdPartition partition) {
        return Owners.route(
                                topic,
                                partition.partition(),
                                byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION)
                        instanceof Route.Refused(Errors error)
                ? error
                : Errors.NOT_LEADER_OR_FOLLOWER;
    }

    boolean isRefused() {
        return owner == Owners.NONE;
    }

    /** As the owner is asked. */
    FetchPartition asked() {
        return new FetchPartition()
                .setPartition(partition.partition())
                .setFetchOffset(from.fetchOffset)
                .setLogStartOffset(from.logStartOffset)
                .setPartitionMaxBytes(from.maxBytes)
                .setCurrentLeaderEpoch(from.currentLeaderEpoch.orElse(RecordBatch.NO_PARTITION_LEADER_EPOCH))
                .setLastFetchedEpoch(from.lastFetchedEpoch.orElse(RecordBatch.NO_PARTITION_LEADER_EPOCH));
    }

    /** Whether this partition of an answer is the answer. */
    boolean isAnsweredBy(FetchableTopicResponse topic, PartitionData answer, boolean byId) {
        return answer.partitionIndex() == partition.partition()
                && (byId
                        ? topic.topicId().equals(partition.topicId())
                        : topic.topic().equals(partition.topic()));
    }
}
