package io.weir.coordinator;

import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.server.record.BrokerCompressionType;

/** The coordinator's own topic: how it is made and which of its partitions a group lives in. */
public final class InternalTopics {
    /** Where groups and their offsets are kept. */
    public static final String OFFSETS = Topic.GROUP_METADATA_TOPIC_NAME;

    private static final int CREATE_TIMEOUT_MS = 30_000;

    private InternalTopics() {}

    /**
     * The partition of {@link #OFFSETS} whose leader coordinates the group: Kafka's rule, the same on every node.
     *
     * @param partitionCount of the topic as it is, not as it is configured
     */
    public static int coordinatorPartition(String groupId, int partitionCount) {
        return Utils.abs(groupId.hashCode()) % partitionCount;
    }

    /** How {@link #OFFSETS} is to be made. */
    public static CreatableTopic offsetsTopic(CoordinatorConfig config) {
        GroupCoordinatorConfig groups = config.groups();
        CreatableTopic topic = new CreatableTopic()
                .setName(OFFSETS)
                .setNumPartitions(groups.offsetsTopicPartitions())
                .setReplicationFactor(groups.offsetsTopicReplicationFactor());
        put(topic, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        put(topic, TopicConfig.COMPRESSION_TYPE_CONFIG, BrokerCompressionType.PRODUCER.name);
        put(topic, TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(groups.offsetsTopicSegmentBytes()));
        return topic;
    }

    /** The request that makes {@link #OFFSETS}, for the controller; TOPIC_ALREADY_EXISTS means that it is there. */
    public static CreateTopicsRequestData createOffsetsTopic(CoordinatorConfig config) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(CREATE_TIMEOUT_MS);
        request.topics().add(offsetsTopic(config));
        return request;
    }

    private static void put(CreatableTopic topic, String name, String value) {
        topic.configs().add(new CreatableTopicConfig().setName(name).setValue(value));
    }
}
