package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.image.MetadataImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicRequestsTest {
    @SuppressWarnings("NullAway.Init")
    private TestNode node;

    @BeforeAll
    void start(@TempDir Path temp) {
        node = TestNode.started(
                temp.resolve("node"), ControllerConfig.defaults().withDefaultPartitions(4));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void answerOfACreatedTopicIsComplete() {
        CreatableTopicResult result =
                create(topic("complete", -1, -1, Map.of("retention.ms", "1000", "weir.ack", "buffer")));
        assertOk(result);
        assertThat(result.numPartitions()).isEqualTo(4);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
        assertThat(result.topicId()).isNotEqualTo(Uuid.ZERO_UUID);
        assertThat(result.configs())
                .anySatisfy(config -> {
                    assertThat(config.name()).isEqualTo("retention.ms");
                    assertThat(config.value()).isEqualTo("1000");
                    assertThat(config.configSource()).isEqualTo(ConfigSource.TOPIC_CONFIG.id());
                })
                .anySatisfy(config -> {
                    assertThat(config.name()).isEqualTo("weir.ack");
                    assertThat(config.value()).isEqualTo("buffer");
                })
                .anySatisfy(config -> {
                    assertThat(config.name()).isEqualTo("unclean.leader.election.enable");
                    assertThat(config.value()).isEqualTo("true");
                });
        MetadataImage image = node.await(seen -> seen.topics().getTopic("complete") != null);
        assertThat(node.view.topicConfig("complete").retentionMs).isEqualTo(1000);
        assertThat(node.view.weirTopicConfig("complete").bufferedAck()).isTrue();
        assertThat(image.topics().getTopic("complete").id()).isEqualTo(result.topicId());
    }

    @Test
    void anyReplicationFactorThatMakesSenseIsTaken() {
        for (int asked : new int[] {-1, 1, 2, 3, 50, 32767}) {
            CreatableTopicResult result = create(topic("factor-" + (asked + 1), 1, asked, Map.of()));
            assertOk(result);
            assertThat(result.replicationFactor()).isEqualTo((short) 1);
        }
        assertThat(error(create(topic("factor-none", 1, 0, Map.of())))).isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
        assertThat(error(create(topic("factor-none", 1, -2, Map.of())))).isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
        assertThat(error(create(topic("no-partitions", 0, 1, Map.of())))).isEqualTo(Errors.INVALID_PARTITIONS);
    }

    @Test
    void manualAssignmentsAreKept() {
        CreatableTopic manual = topic("manual", -1, -1, Map.of());
        manual.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(TestNode.NODE_ID)));
        assertOk(create(manual));
        CreatableTopic unknown = topic("manual-unknown", -1, -1, Map.of());
        unknown.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(77)));
        assertThat(error(create(unknown))).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
    }

    @Test
    void namesAreChecked() {
        assertThat(error(create(topic("a b", 1, 1, Map.of())))).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(error(create(topic("..", 1, 1, Map.of())))).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(error(create(topic("__cluster_metadata", 1, 1, Map.of())))).isEqualTo(Errors.INVALID_REQUEST);
        assertOk(create(topic("dots.in.name", 1, 1, Map.of())));
        CreatableTopicResult collides = create(topic("dots_in_name", 1, 1, Map.of()));
        assertThat(error(collides)).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(collides.errorMessage()).contains("collides");
        assertThat(error(create(topic("dots.in.name", 1, 1, Map.of())))).isEqualTo(Errors.TOPIC_ALREADY_EXISTS);
    }

    @Test
    void topicThatIsNamedTwiceIsRefusedAndTheOthersAreMade() {
        CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
        data.topics().add(topic("twin", 1, 1, Map.of()));
        data.topics().add(topic("twin", 2, 1, Map.of()));
        data.topics().add(topic("single", 1, 1, Map.of()));
        CreateTopicsResponseData response =
                node.ask(new CreateTopicsRequest.Builder(data), CreateTopicsResponseData.class);
        assertThat(response.topics()).hasSize(2);
        assertThat(error(response.topics().find("twin"))).isEqualTo(Errors.INVALID_REQUEST);
        assertOk(response.topics().find("single"));
    }

    @Test
    void validateOnlyMakesNothing() {
        CreateTopicsRequestData data =
                new CreateTopicsRequestData().setTimeoutMs(10_000).setValidateOnly(true);
        data.topics().add(topic("imagined", 1, 1, Map.of()));
        CreateTopicsResponseData response =
                node.ask(new CreateTopicsRequest.Builder(data), CreateTopicsResponseData.class);
        assertOk(response.topics().find("imagined"));
        assertOk(create(topic("imagined", 1, 1, Map.of())));
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        assertRefused(Map.of("no.such.setting", "1"), "Unknown topic config name: no.such.setting");
        assertRefused(Map.of("weir.no.such", "1"), "Unknown topic config name: weir.no.such");
        assertRefused(Map.of("weir.ack", "perhaps"), "weir.ack");
        assertRefused(Map.of("retention.ms", "soon"), "retention.ms");
        assertRefused(Map.of("remote.storage.enable", "true"), "");
        assertRefused(Map.of("local.retention.ms", "5"), "not supported");
        assertRefused(Map.of("unclean.leader.election.enable", "false"), "unclean.leader.election.enable");
        assertRefused(Map.of("min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5"), "min.compaction.lag.ms");
        assertOk(create(topic(
                "accepted",
                1,
                1,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "min.insync.replicas",
                        "3",
                        "unclean.leader.election.enable",
                        "true"))));
    }

    @Test
    void topicsAreDeletedByNameAndById() {
        Uuid id = create(topic("by-id", 1, 1, Map.of())).topicId();
        create(topic("by-name", 1, 1, Map.of()));
        List<DeletableTopicResult> results = delete(
                new DeleteTopicState().setName("by-name"),
                new DeleteTopicState().setTopicId(id),
                new DeleteTopicState().setName("never-was"),
                new DeleteTopicState().setTopicId(new Uuid(5, 5)),
                new DeleteTopicState(),
                new DeleteTopicState().setName("by-name").setTopicId(id));
        assertThat(results).hasSize(6);
        assertThat(errorOf(results, "by-id")).isEqualTo(Errors.NONE);
        assertThat(errorOf(results, "never-was")).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(results).anyMatch(result -> result.errorCode() == Errors.UNKNOWN_TOPIC_ID.code());
        assertThat(results)
                .filteredOn(result -> result.errorCode() == Errors.INVALID_REQUEST.code())
                .hasSizeGreaterThanOrEqualTo(2);
        node.await(image -> image.topics().getTopic("by-id") == null);
    }

    @Test
    void partitionsAreAdded() {
        create(topic("grows", 1, 1, Map.of()));
        create(topic("__consumer_offsets", 2, 1, Map.of()));
        CreatePartitionsRequestData data = new CreatePartitionsRequestData().setTimeoutMs(10_000);
        data.topics()
                .add(new CreatePartitionsTopic().setName("grows").setCount(5).setAssignments(null));
        data.topics()
                .add(new CreatePartitionsTopic()
                        .setName("__consumer_offsets")
                        .setCount(9)
                        .setAssignments(null));
        data.topics()
                .add(new CreatePartitionsTopic()
                        .setName("never-was")
                        .setCount(5)
                        .setAssignments(null));
        CreatePartitionsResponseData response =
                node.ask(new CreatePartitionsRequest.Builder(data), CreatePartitionsResponseData.class);
        assertThat(response.results())
                .extracting(result -> result.name() + "=" + Errors.forCode(result.errorCode()))
                .containsExactlyInAnyOrder(
                        "grows=NONE", "__consumer_offsets=INVALID_REQUEST", "never-was=UNKNOWN_TOPIC_OR_PARTITION");
        node.await(image -> image.topics().getTopic("grows").partitions().size() == 5);
    }

    @Test
    void absurdNumbersOfPartitionsAreRefusedBeforeTheyAreMade() {
        CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
        // Their sum in 32 bits is 1.
        data.topics().add(topic("absurd-1", Integer.MAX_VALUE, 1, Map.of()));
        data.topics().add(topic("absurd-2", Integer.MAX_VALUE, 1, Map.of()));
        data.topics().add(topic("absurd-3", 3, 1, Map.of()));
        assertThat(node.ask(new CreateTopicsRequest.Builder(data), CreateTopicsResponseData.class)
                        .topics())
                .extracting(result -> result.name() + "=" + error(result))
                .containsExactlyInAnyOrder("absurd-1=POLICY_VIOLATION", "absurd-2=POLICY_VIOLATION", "absurd-3=NONE");

        create(topic("grows-too-much", 1, 1, Map.of()));
        CreatePartitionsRequestData more = new CreatePartitionsRequestData().setTimeoutMs(10_000);
        more.topics()
                .add(new CreatePartitionsTopic()
                        .setName("grows-too-much")
                        .setCount(Integer.MAX_VALUE)
                        .setAssignments(null));
        CreatePartitionsResponseData response =
                node.ask(new CreatePartitionsRequest.Builder(more), CreatePartitionsResponseData.class);
        assertThat(Errors.forCode(response.results().getFirst().errorCode())).isEqualTo(Errors.POLICY_VIOLATION);
        assertOk(create(topic("sensible", 3, 1, Map.of())));
    }

    private void assertRefused(Map<String, String> settings, String message) {
        CreatableTopicResult result = create(topic("refused", 1, 1, settings));
        assertThat(error(result)).isEqualTo(Errors.INVALID_CONFIG);
        assertThat(result.errorMessage()).contains(message);
    }

    private List<DeletableTopicResult> delete(DeleteTopicState... topics) {
        DeleteTopicsRequestData data =
                new DeleteTopicsRequestData().setTimeoutMs(10_000).setTopics(List.of(topics));
        DeleteTopicsResponseData response =
                node.ask(new DeleteTopicsRequest.Builder(data), DeleteTopicsResponseData.class);
        return List.copyOf(response.responses());
    }

    private static Errors errorOf(List<DeletableTopicResult> results, String name) {
        return results.stream()
                .filter(result -> name.equals(result.name()))
                .map(result -> Errors.forCode(result.errorCode()))
                .findFirst()
                .orElseThrow();
    }

    private CreatableTopicResult create(CreatableTopic topic) {
        CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
        data.topics().add(topic);
        return node.ask(new CreateTopicsRequest.Builder(data), CreateTopicsResponseData.class)
                .topics()
                .iterator()
                .next();
    }

    private static CreatableTopic topic(String name, int partitions, int factor, Map<String, String> settings) {
        CreatableTopic topic =
                new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) factor);
        settings.forEach((key, value) ->
                topic.configs().add(new CreatableTopicConfig().setName(key).setValue(value)));
        return topic;
    }

    private static Errors error(CreatableTopicResult result) {
        return Errors.forCode(result.errorCode());
    }

    private static void assertOk(CreatableTopicResult result) {
        assertThat(error(result)).as(result.errorMessage()).isEqualTo(Errors.NONE);
    }
}
