package io.weir.coordinator;

import static io.weir.coordinator.Groups.commit;
import static io.weir.coordinator.Groups.commitData;
import static io.weir.coordinator.Groups.committed;
import static io.weir.coordinator.Groups.errorOf;
import static io.weir.coordinator.Groups.fetch;
import static io.weir.coordinator.Groups.fetchGroup;
import static io.weir.coordinator.Groups.topicOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets by name and by id, of one group and of several, at every version's shape. */
final class OffsetsTest {
    private static final Uuid NOBODY = new Uuid(99, 99);
    private Fixture node;

    @BeforeEach
    void start() throws Exception {
        node = Fixture.ready();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private OffsetCommitResponseData commitById(OffsetCommitRequestTopic... topics) throws Exception {
        OffsetCommitRequestData data = commitData("g").setTopics(List.of(topics));
        return node.send(
                OffsetCommitResponseData.class,
                OffsetCommitRequest.Builder.forTopicIdsOrNames(data).build((short) 10));
    }

    private OffsetFetchResponseData fetchById(OffsetFetchRequestGroup... groups) throws Exception {
        return node.send(
                OffsetFetchResponseData.class,
                OffsetFetchRequest.Builder.forTopicIdsOrNames(
                                new OffsetFetchRequestData().setGroups(List.of(groups)), false)
                        .build((short) 10));
    }

    @Test
    void anOffsetIsCommittedAndFetchedByName() throws Exception {
        assertThat(committed(node, "g", 1)).isEqualTo(-1);
        assertThat(errorOf(node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 1, 42))))
                .isZero();
        assertThat(committed(node, "g", 1)).isEqualTo(42);
        assertThat(committed(node, "other", 1)).isEqualTo(-1);
    }

    @Test
    void whatDoesNotExistIsNamedAndTheRestCommitted() throws Exception {
        OffsetCommitRequestData data = commitData("g")
                .setTopics(List.of(
                        topicOf(0, 5, "").setName(Fixture.ORDERS),
                        topicOf(9, 5, "").setName(Fixture.ORDERS + "-no"),
                        topicOf(2, 7, "").setName(Fixture.ORDERS)));
        data.topics().getLast().partitions().getFirst().setPartitionIndex(3);
        OffsetCommitResponseData answer = node.send(
                OffsetCommitResponseData.class,
                OffsetCommitRequest.Builder.forTopicNames(data).build((short) 9));
        Map<String, Map<Integer, Short>> errors = new java.util.TreeMap<>();
        answer.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> errors.computeIfAbsent(topic.name(), name -> new java.util.TreeMap<>())
                                .put(partition.partitionIndex(), partition.errorCode())));
        short unknown = Errors.UNKNOWN_TOPIC_OR_PARTITION.code();
        assertThat(errors)
                .isEqualTo(Map.of(
                        Fixture.ORDERS, Map.of(0, (short) 0, 3, unknown), Fixture.ORDERS + "-no", Map.of(9, unknown)));
        assertThat(committed(node, "g", 0)).isEqualTo(5);
    }

    @Test
    void topicsAreMeantByIdFromVersionTenOn() throws Exception {
        OffsetCommitResponseData answer = commitById(
                topicOf(2, 11, "note").setTopicId(Fixture.ORDERS_ID),
                topicOf(0, 1, "").setTopicId(NOBODY));
        assertThat(answer.topics()).hasSize(2);
        answer.topics().forEach(topic -> {
            Errors expected = topic.topicId().equals(NOBODY) ? Errors.UNKNOWN_TOPIC_ID : Errors.NONE;
            assertThat(Errors.forCode(topic.partitions().getFirst().errorCode()))
                    .isEqualTo(expected);
        });
        assertThat(committed(node, "g", 2)).isEqualTo(11);

        OffsetFetchResponseGroup fetched = fetchById(new OffsetFetchRequestGroup()
                        .setGroupId("g")
                        .setTopics(List.of(
                                new OffsetFetchRequestTopics()
                                        .setTopicId(Fixture.ORDERS_ID)
                                        .setPartitionIndexes(List.of(2)),
                                new OffsetFetchRequestTopics()
                                        .setTopicId(NOBODY)
                                        .setPartitionIndexes(List.of(0, 1)))))
                .groups()
                .getFirst();
        assertThat(fetched.topics()).hasSize(2);
        var known = fetched.topics().getFirst();
        assertThat(known.topicId()).isEqualTo(Fixture.ORDERS_ID);
        assertThat(known.partitions().getFirst().committedOffset()).isEqualTo(11);
        assertThat(known.partitions().getFirst().metadata()).isEqualTo("note");
        var unknown = fetched.topics().getLast();
        assertThat(unknown.topicId()).isEqualTo(NOBODY);
        assertThat(unknown.partitions()).hasSize(2).allSatisfy(partition -> {
            assertThat(Errors.forCode(partition.errorCode())).isEqualTo(Errors.UNKNOWN_TOPIC_ID);
            assertThat(partition.committedOffset()).isEqualTo(-1);
        });
    }

    @Test
    void allTopicsOfAGroupComeWithIdsOrNames() throws Exception {
        node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 3));
        OffsetFetchResponseGroup byId = fetchById(
                        new OffsetFetchRequestGroup().setGroupId("g").setTopics(null))
                .groups()
                .getFirst();
        assertThat(byId.topics().getFirst().topicId()).isEqualTo(Fixture.ORDERS_ID);
        assertThat(byId.topics().getFirst().partitions().getFirst().committedOffset())
                .isEqualTo(3);

        OffsetFetchResponseGroup byName = node.send(
                        OffsetFetchResponseData.class,
                        fetch(new OffsetFetchRequestGroup().setGroupId("g").setTopics(null)))
                .groups()
                .getFirst();
        assertThat(byName.topics().getFirst().name()).isEqualTo(Fixture.ORDERS);
    }

    @Test
    void severalGroupsAreFetchedInOneRequest() throws Exception {
        node.send(OffsetCommitResponseData.class, commit("a", Fixture.ORDERS, 0, 1));
        node.send(OffsetCommitResponseData.class, commit("b", Fixture.ORDERS, 0, 2));
        OffsetFetchResponseData answer = node.send(
                OffsetFetchResponseData.class,
                fetch(
                        fetchGroup("a", Fixture.ORDERS, 0),
                        fetchGroup("b", Fixture.ORDERS, 0)
                                .setMemberId("stranger")
                                .setMemberEpoch(5)));
        assertThat(answer.groups())
                .extracting(OffsetFetchResponseGroup::groupId)
                .containsExactly("a", "b");
        assertThat(answer.groups()
                        .getFirst()
                        .topics()
                        .getFirst()
                        .partitions()
                        .getFirst()
                        .committedOffset())
                .isEqualTo(1);
    }

    @Test
    void theOldestVersionHasOneGroupAndNoTopLevelError() throws Exception {
        node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 8));
        OffsetFetchRequest request = OffsetFetchRequest.Builder.forTopicNames(
                        new OffsetFetchRequestData().setGroups(List.of(fetchGroup("g", Fixture.ORDERS, 0))), false)
                .build((short) 1);
        OffsetFetchResponseData answer = node.send(OffsetFetchResponseData.class, request);
        assertThat(answer.topics().getFirst().partitions().getFirst().committedOffset())
                .isEqualTo(8);

        node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE + 1));
        Fixture.await(() -> {
            try {
                OffsetFetchResponseData refused = node.send(OffsetFetchResponseData.class, request);
                return refused.topics().getFirst().partitions().getFirst().errorCode() == Errors.NOT_COORDINATOR.code();
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
    }

    @Test
    void metadataHasALimit() throws Exception {
        OffsetCommitRequestData data = commitData("g")
                .setTopics(List.of(topicOf(0, 5, "x".repeat(5_000)).setName(Fixture.ORDERS)));
        OffsetCommitResponseData answer = node.send(
                OffsetCommitResponseData.class,
                OffsetCommitRequest.Builder.forTopicNames(data).build((short) 9));
        assertThat(Errors.forCode(errorOf(answer))).isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
    }

    @Test
    void aMemberThatIsNotInTheGroupCommitsNothing() throws Exception {
        OffsetCommitRequestData data = commitData("g")
                .setMemberId("stranger")
                .setGenerationIdOrMemberEpoch(3)
                .setTopics(List.of(topicOf(0, 5, "").setName(Fixture.ORDERS)));
        OffsetCommitResponseData answer = node.send(
                OffsetCommitResponseData.class,
                OffsetCommitRequest.Builder.forTopicNames(data).build((short) 9));
        assertThat(errorOf(answer)).isNotZero();
        assertThat(committed(node, "g", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfADeletedTopicAreForgotten() throws Exception {
        node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 5));
        node.apply(FakeCluster.remove(Fixture.ORDERS_ID));
        node.apply(FakeCluster.topic(Fixture.ORDERS, NOBODY, 3, FakeCluster.NODE));
        assertThat(committed(node, "g", 0)).isEqualTo(-1);
        node.restart();
        assertThat(committed(node, "g", 0)).isEqualTo(-1);
    }

    @Test
    void aTopicMadeAnewWhileTheNodeWasDownDoesNotGetTheOldOffsets() throws Exception {
        node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 5));
        node.cluster.change(FakeCluster.remove(Fixture.ORDERS_ID));
        node.cluster.change(FakeCluster.topic(Fixture.ORDERS, NOBODY, 3, FakeCluster.NODE));
        node.restart();
        assertThat(committed(node, "g", 0)).isEqualTo(-1);
        node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 6));
        assertThat(committed(node, "g", 0)).isEqualTo(6);
    }

    @Test
    void offsetsOfAnEmptyGroupExpire() throws Exception {
        node.close();
        node = Fixture.ready(Map.of("offsets.retention.check.interval.ms", 50L));
        OffsetCommitRequestData data = commitData("g")
                .setRetentionTimeMs(1)
                .setTopics(List.of(topicOf(0, 5, "").setName(Fixture.ORDERS)));
        OffsetCommitRequest old =
                OffsetCommitRequest.Builder.forTopicNames(data).build((short) 4);
        assertThat(errorOf(node.send(OffsetCommitResponseData.class, old))).isZero();
        node.send(OffsetCommitResponseData.class, commit("kept", Fixture.ORDERS, 0, 6));
        Fixture.await(() -> {
            try {
                return committed(node, "g", 0) == -1;
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        assertThat(committed(node, "kept", 0)).isEqualTo(6);
    }
}
