package io.weir.compat.admin;

import static io.weir.compat.support.Cluster.get;
import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class GroupsTest {
    private final Cluster cluster;
    private final Admin admin;
    private final String group = Cluster.name("group");
    private final TopicPartition partition;

    GroupsTest(Cluster cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.partition = new TopicPartition(cluster.topic(2), 0);
        Records.sendNumbers(cluster.producer(), partition, 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void listsAndDescribesAGroupAndItsMembers(String protocol) {
        var consumer = member(protocol);

        var listing = get(
                        admin.listGroups(ListGroupsOptions.forConsumerGroups()).all())
                .stream()
                .filter(g -> g.groupId().equals(group))
                .findFirst();
        assertThat(listing).hasValueSatisfying(g -> {
            assertThat(g.type()).contains(GroupType.parse(protocol));
            assertThat(g.groupState()).contains(GroupState.STABLE);
        });

        var described = at(get(admin.describeConsumerGroups(List.of(group)).all()), group);
        assertThat(described.type()).isEqualTo(GroupType.parse(protocol));
        assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
        assertThat(described.coordinator().isEmpty()).isFalse();
        assertThat(described.members()).singleElement().satisfies(m -> {
            assertThat(m.clientId()).isEqualTo("the-member");
            assertThat(m.host()).isEqualTo("/127.0.0.1");
            assertThat(m.assignment().topicPartitions()).isEqualTo(consumer.assignment());
        });
    }

    @Test
    void describesAClassicGroupAsSuch() {
        member("classic");

        var described = at(get(admin.describeClassicGroups(List.of(group)).all()), group);
        assertThat(described.protocol()).isEqualTo("consumer");
        assertThat(described.protocolData()).isEqualTo("range");
        assertThat(described.members()).hasSize(1);
    }

    @Test
    void filtersGroupsByStateAndType() {
        member("classic");

        var stable =
                new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE)).withTypes(Set.of(GroupType.CLASSIC));
        assertThat(get(admin.listGroups(stable).all()))
                .extracting(GroupListing::groupId)
                .contains(group);
        var empty = new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY));
        assertThat(get(admin.listGroups(empty).all()))
                .extracting(GroupListing::groupId)
                .doesNotContain(group);
        var modern = new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER));
        assertThat(get(admin.listGroups(modern).all()))
                .extracting(GroupListing::groupId)
                .doesNotContain(group);
    }

    @Test
    void altersListsAndDeletesTheOffsetsOfAnEmptyGroup() {
        TopicPartition other = new TopicPartition(partition.topic(), 1);
        get(admin.alterConsumerGroupOffsets(
                        group, Map.of(partition, new OffsetAndMetadata(4, "by hand"), other, new OffsetAndMetadata(0)))
                .all());
        assertThat(offsets())
                .containsEntry(partition, new OffsetAndMetadata(4, "by hand"))
                .containsKey(other);

        var consumer = cluster.consumer("group.id", group);
        consumer.subscribe(List.of(partition.topic()));
        assertThat(Records.poll(consumer, 6).getFirst().offset()).isEqualTo(4);
        consumer.close();

        get(admin.deleteConsumerGroupOffsets(group, Set.of(partition)).all());
        assertThat(offsets()).doesNotContainKey(partition).containsKey(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void whileItHasMembersItsOffsetsAndItselfStay(String protocol) {
        var consumer = member(protocol);
        consumer.commitSync();

        assertThatThrownBy(() -> get(admin.deleteConsumerGroups(List.of(group)).all()))
                .isInstanceOf(GroupNotEmptyException.class);
        assertThatThrownBy(() -> get(admin.deleteConsumerGroupOffsets(group, Set.of(partition))
                        .all()))
                .isInstanceOf(GroupSubscribedToTopicException.class);
        assertThatThrownBy(() -> get(admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(1)))
                        .all()))
                .isInstanceOf(UnknownMemberIdException.class);

        consumer.close();
        Await.until("deleted", () -> {
            get(admin.deleteConsumerGroups(List.of(group)).all());
            return true;
        });
        assertThat(get(admin.listGroups().all()))
                .extracting(GroupListing::groupId)
                .doesNotContain(group);
    }

    @Test
    void aMemberCanBeRemovedByTheAdministrator() {
        member("classic");

        get(admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                .all());

        assertThat(at(get(admin.describeConsumerGroups(List.of(group)).all()), group)
                        .members())
                .isEmpty();
    }

    @Test
    void aGroupThatDoesNotExistIsNotFound() {
        assertThatThrownBy(() -> get(admin.deleteConsumerGroups(List.of(group)).all()))
                .isInstanceOf(GroupIdNotFoundException.class);
        assertThatThrownBy(
                        () -> get(admin.describeConsumerGroups(List.of(group)).all()))
                .isInstanceOf(GroupIdNotFoundException.class);
        assertThatThrownBy(() -> get(admin.deleteConsumerGroupOffsets(group, Set.of(partition))
                        .all()))
                .isInstanceOf(GroupIdNotFoundException.class);
        assertThat(offsets()).isEmpty();
    }

    private KafkaConsumer<String, String> member(String protocol) {
        var consumer = cluster.consumer("group.id", group, "group.protocol", protocol, "client.id", "the-member");
        consumer.subscribe(List.of(partition.topic()));
        Await.until("assigned", () -> {
            consumer.poll(Duration.ofMillis(50));
            return consumer.assignment().size() == 2
                    && at(get(admin.describeConsumerGroups(List.of(group)).all()), group)
                                    .groupState()
                            == GroupState.STABLE;
        });
        return consumer;
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }
}
