package io.weir.coordinator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;

/** Requests as members and administrators send them. */
final class Groups {
    private Groups() {}

    static JoinGroupRequest join(String group, String member) {
        JoinGroupRequestData data = new JoinGroupRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setSessionTimeoutMs(30_000)
                .setRebalanceTimeoutMs(30_000)
                .setProtocolType("consumer");
        data.protocols().add(new JoinGroupRequestProtocol().setName("range").setMetadata(subscription()));
        return new JoinGroupRequest(data, ApiKeys.JOIN_GROUP.latestVersion());
    }

    private static byte[] subscription() {
        return org.apache.kafka.common.utils.Utils.toArray(
                org.apache.kafka.clients.consumer.internals.ConsumerProtocol.serializeSubscription(
                        new org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription(
                                List.of(Fixture.ORDERS))));
    }

    static SyncGroupRequest sync(String group, int generation, String member, String... assigned) {
        SyncGroupRequestData data = new SyncGroupRequestData()
                .setGroupId(group)
                .setGenerationId(generation)
                .setMemberId(member)
                .setProtocolType("consumer")
                .setProtocolName("range");
        for (String to : assigned) {
            data.assignments()
                    .add(new SyncGroupRequestAssignment()
                            .setMemberId(to)
                            .setAssignment(("for " + to).getBytes(StandardCharsets.UTF_8)));
        }
        return new SyncGroupRequest(data, ApiKeys.SYNC_GROUP.latestVersion());
    }

    static OffsetCommitRequest commit(String group, String topic, int partition, long offset) {
        return OffsetCommitRequest.Builder.forTopicNames(commitData(group)
                        .setTopics(List.of(topicOf(partition, offset, "").setName(topic))))
                .build((short) 9);
    }

    static OffsetCommitRequestData commitData(String group) {
        return new OffsetCommitRequestData().setGroupId(group);
    }

    static OffsetCommitRequestTopic topicOf(int partition, long offset, String metadata) {
        return new OffsetCommitRequestTopic()
                .setPartitions(List.of(new OffsetCommitRequestPartition()
                        .setPartitionIndex(partition)
                        .setCommittedOffset(offset)
                        .setCommittedMetadata(metadata)));
    }

    static short errorOf(OffsetCommitResponseData answer) {
        return answer.topics().getFirst().partitions().getFirst().errorCode();
    }

    static OffsetFetchRequestGroup fetchGroup(String group, String topic, int... partitions) {
        return new OffsetFetchRequestGroup()
                .setGroupId(group)
                .setTopics(List.of(new OffsetFetchRequestTopics()
                        .setName(topic)
                        .setPartitionIndexes(
                                java.util.Arrays.stream(partitions).boxed().toList())));
    }

    static OffsetFetchRequest fetch(OffsetFetchRequestGroup... groups) {
        return OffsetFetchRequest.Builder.forTopicNames(new OffsetFetchRequestData().setGroups(List.of(groups)), false)
                .build((short) 9);
    }

    /** The committed offset of a partition of {@code orders}; -1 when there is none. */
    static long committed(Fixture node, String group, int partition) throws Exception {
        OffsetFetchResponseData.OffsetFetchResponseGroup answer = node.send(
                        OffsetFetchResponseData.class, fetch(fetchGroup(group, Fixture.ORDERS, partition)))
                .groups()
                .getFirst();
        if (answer.errorCode() != 0) {
            throw org.apache.kafka.common.protocol.Errors.forCode(answer.errorCode())
                    .exception();
        }
        return answer.topics().getFirst().partitions().getFirst().committedOffset();
    }

    static ConsumerGroupHeartbeatRequest heartbeat(String group, Uuid member, int epoch) {
        ConsumerGroupHeartbeatRequestData data = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(member.toString())
                .setMemberEpoch(epoch);
        if (epoch == 0) {
            data.setRebalanceTimeoutMs(30_000)
                    .setSubscribedTopicNames(List.of(Fixture.ORDERS))
                    .setTopicPartitions(List.of());
        }
        return heartbeat(data);
    }

    static ConsumerGroupHeartbeatRequest heartbeat(ConsumerGroupHeartbeatRequestData data) {
        return new ConsumerGroupHeartbeatRequest(data, ApiKeys.CONSUMER_GROUP_HEARTBEAT.latestVersion());
    }

    /** What a member says when it has taken over exactly what it was given. */
    static List<TopicPartitions> owned(ConsumerGroupHeartbeatResponseData.Assignment assignment) {
        return assignment.topicPartitions().stream()
                .map(topic -> new TopicPartitions().setTopicId(topic.topicId()).setPartitions(topic.partitions()))
                .toList();
    }
}
