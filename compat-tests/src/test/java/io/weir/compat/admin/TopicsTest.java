package io.weir.compat.admin;

import static io.weir.compat.support.Cluster.get;
import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class TopicsTest {
    private final Cluster cluster;
    private final Admin admin;
    private final String name = Cluster.name("admin");

    TopicsTest(Cluster cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @Test
    void createsDescribesListsAndDeletes() {
        var created = admin.createTopics(
                List.of(new NewTopic(name, 3, (short) 1).configs(Map.of("retention.ms", "1000000"))));
        Uuid id = get(created.topicId(name));
        assertThat(get(created.numPartitions(name))).isEqualTo(3);
        assertThat(get(created.config(name)).get("retention.ms").value()).isEqualTo("1000000");

        TopicDescription topic = describe(name);
        assertThat(topic.topicId()).isEqualTo(id);
        assertThat(topic.isInternal()).isFalse();
        assertThat(topic.partitions()).hasSize(3).allSatisfy(p -> {
            assertThat(p.leader().isEmpty()).isFalse();
            assertThat(p.isr()).contains(p.leader());
            assertThat(p.replicas()).contains(p.leader());
        });
        assertThat(at(
                                get(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id)))
                                        .allTopicIds()),
                                id)
                        .name())
                .isEqualTo(name);
        assertThat(at(get(admin.listTopics().namesToListings()), name).topicId())
                .isEqualTo(id);

        get(admin.deleteTopics(List.of(name)).all());
        Await.until("gone", () -> !get(admin.listTopics().names()).contains(name));
        assertThatThrownBy(() -> get(admin.describeTopics(List.of(name)).allTopicNames()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void aTopicOfTheSameNameIsAnotherTopic() {
        cluster.topicNamed(name, 1);
        Uuid first = describe(name).topicId();
        Records.sendNumbers(cluster.producer(), new TopicPartition(name, 0), 10);
        get(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(first))).all());
        Await.until("gone", () -> !get(admin.listTopics().names()).contains(name));

        cluster.topicNamed(name, 1);
        assertThat(describe(name).topicId()).isNotEqualTo(first);
        Records.sendNumbers(cluster.producer(), new TopicPartition(name, 0), 3);
        assertThat(cluster.consumer().endOffsets(List.of(new TopicPartition(name, 0))))
                .containsValue(3L);
    }

    @ParameterizedTest
    @ValueSource(shorts = {-1, 1, 2, 3, 10})
    void anyReplicationFactorIsTakenAsAdvice(short replicationFactor) {
        assumeThat(cluster.isWeir()).as("Apache Kafka wants as many brokers").isTrue();

        get(admin.createTopics(List.of(new NewTopic(name, 1, replicationFactor)))
                .all());

        assertThat(describe(name).partitions()).hasSize(1);
        Records.sendNumbers(cluster.producer(), new TopicPartition(name, 0), 3);
    }

    @Test
    void nonsenseReplicationFactorsAndPartitionCountsAreRefused() {
        assertThatThrownBy(() -> create(new NewTopic(name, 1, (short) 0)))
                .isInstanceOf(InvalidReplicationFactorException.class);
        assertThatThrownBy(() -> create(new NewTopic(name, 0, (short) 1)))
                .isInstanceOf(InvalidPartitionsException.class);
        assertThatThrownBy(() -> create(new NewTopic(name, -5, (short) 1)))
                .isInstanceOf(InvalidPartitionsException.class);
    }

    @Test
    void partitionsMayBeAssignedByHand() {
        int node = get(admin.describeCluster().nodes()).iterator().next().id();

        get(admin.createTopics(List.of(new NewTopic(name, Map.of(0, List.of(node), 1, List.of(node)))))
                .all());

        assertThat(describe(name).partitions())
                .hasSize(2)
                .allSatisfy(p -> assertThat(p.leader().id()).isEqualTo(node));
    }

    @Test
    void validationAloneCreatesNothing() {
        get(admin.createTopics(
                        List.of(new NewTopic(name, Optional.of(1), Optional.empty())),
                        new CreateTopicsOptions().validateOnly(true))
                .all());

        assertThat(get(admin.listTopics().names())).doesNotContain(name);
    }

    @Test
    void partitionsCanBeAddedButNotTakenAway() {
        cluster.topicNamed(name, 2);

        get(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(5))).all());
        Await.until("5 partitions", () -> describe(name).partitions().size() == 5);
        Records.sendNumbers(cluster.producer(), new TopicPartition(name, 4), 3);

        assertThatThrownBy(() -> get(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(5)))
                        .all()))
                .isInstanceOf(InvalidPartitionsException.class);
        assertThatThrownBy(() -> get(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(3)))
                        .all()))
                .isInstanceOf(InvalidPartitionsException.class);
        assertThatThrownBy(() -> get(admin.createPartitions(Map.of(name + "-no", NewPartitions.increaseTo(3)))
                        .all()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void aNameCanBeTakenOnlyOnce() {
        cluster.topicNamed(name, 1);

        assertThatThrownBy(() -> create(new NewTopic(name, 1, (short) 1))).isInstanceOf(TopicExistsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "slash/", "..", "ünicode", ""})
    void aNameThatIsNoneIsRefused(String wrong) {
        assertThatThrownBy(() -> create(new NewTopic(wrong, 1, (short) 1))).isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void aNameMayNotBeTooLong() {
        get(admin.createTopics(List.of(new NewTopic(name + "x".repeat(249 - name.length()), 1, (short) 1)))
                .all());

        assertThatThrownBy(() -> create(new NewTopic("x".repeat(250), 1, (short) 1)))
                .isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void namesThatDifferOnlyInDotAndUnderscoreCollide() {
        create(new NewTopic(name + ".x", 1, (short) 1));

        assertThatThrownBy(() -> create(new NewTopic(name + "_x", 1, (short) 1)))
                .isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void aConfigThatIsNoneIsRefused() {
        assertThatThrownBy(() -> create(new NewTopic(name, 1, (short) 1).configs(Map.of("no.such.config", "1"))))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> create(new NewTopic(name, 1, (short) 1).configs(Map.of("retention.ms", "soon"))))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void whatDoesNotExistCannotBeDeleted() {
        assertThatThrownBy(() -> get(admin.deleteTopics(List.of(name)).all()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThatThrownBy(() -> get(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid())))
                        .all()))
                .isInstanceOf(UnknownTopicIdException.class);
    }

    private void create(NewTopic topic) {
        get(admin.createTopics(List.of(topic)).all());
    }

    private TopicDescription describe(String topic) {
        return Await.value(
                "description", () -> at(get(admin.describeTopics(List.of(topic)).allTopicNames()), topic), d -> true);
    }
}
