package io.weir.compat.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SharedServer.class)
class RebalanceTest {
    private static final int PARTITIONS = 6;
    private final Cluster cluster;
    private final String group = Cluster.name("group");
    private final String topic;

    RebalanceTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(PARTITIONS);
    }

    @ParameterizedTest
    @EnumSource
    void membersComeAndGoAndEveryPartitionAlwaysHasOneOwner(Protocol protocol) {
        var one = member(protocol);
        Members members = new Members(one);
        members.pollUntilShared(6);

        members.add(member(protocol));
        members.pollUntilShared(3, 3);

        members.add(member(protocol));
        members.pollUntilShared(2, 2, 2);

        produce(0, 60);
        members.pollUntilReceived(60);
        assertThat(members.values()).containsExactlyInAnyOrderElementsOf(numbers(0, 60));

        members.remove(one);
        one.commitSync();
        one.close();
        members.pollUntilShared(3, 3);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CLASSIC_COOPERATIVE", "CONSUMER_UNIFORM"})
    void aDeadMembersPartitionsMoveAndTheGroupGoesOnFromWhatWasCommitted(Protocol protocol) {
        var dying = member(protocol);
        var survivor = member(protocol);
        Members members = new Members(dying, survivor);
        members.pollUntilShared(3, 3);
        produce(0, 60);
        members.pollUntilReceived(60);
        dying.commitSync();
        survivor.commitSync();

        // It says no good-bye: only its session's end shows that it is gone.
        members.remove(dying);
        dying.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP));
        members.pollUntilShared(6);
        produce(60, 120);
        members.pollUntilReceived(120);
        assertThat(members.values()).containsExactlyInAnyOrderElementsOf(numbers(0, 120));
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void aMemberThatStopsPollingIsReplacedAndCannotCommit(Protocol protocol) {
        var slow = member(protocol, "max.poll.interval.ms", "2000");
        Members members = new Members(slow);
        members.pollUntilShared(6);
        produce(0, 6);
        members.pollUntilReceived(6);

        Members others = new Members(member(protocol));
        others.pollUntilShared(6);

        var offsets = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1));
        assertThatThrownBy(() -> slow.commitSync(offsets)).isInstanceOf(CommitFailedException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CLASSIC_COOPERATIVE", "CONSUMER_UNIFORM"})
    void partitionsThatAreAddedAreConsumedToo(Protocol protocol) {
        Members members = new Members(member(protocol), member(protocol));
        members.pollUntilShared(3, 3);

        Cluster.get(cluster.admin()
                .createPartitions(Map.of(topic, NewPartitions.increaseTo(8)))
                .all());

        members.pollUntilShared(4, 4);
        Records.send(cluster.producer(), 8, i -> new ProducerRecord<>(topic, i, null, Integer.toString(i)));
        members.pollUntilReceived(8);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER_UNIFORM"})
    void anIncrementalRebalanceTakesOnlyWhatMoves(Protocol protocol) {
        var revoked = new RevocationCounter();
        var stayer = cluster.consumer(protocol.settings(group));
        stayer.subscribe(List.of(topic), revoked);
        Members members = new Members(stayer);
        members.pollUntilShared(6);

        members.add(member(protocol));
        members.pollUntilShared(3, 3);

        assertThat(revoked.partitions()).hasSize(3);
        assertThat(stayer.assignment()).doesNotContainAnyElementsOf(revoked.partitions());
        members.pollFor(Duration.ofSeconds(1));
        assertThat(revoked.partitions()).hasSize(3);
    }

    private KafkaConsumer<String, String> member(Protocol protocol, String... settings) {
        var member = cluster.consumer(protocol.settings(group, settings));
        member.subscribe(List.of(topic));
        return member;
    }

    private void produce(int from, int to) {
        Records.send(
                cluster.producer(),
                to - from,
                i -> new ProducerRecord<>(topic, (from + i) % PARTITIONS, null, Integer.toString(from + i)));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }
}
