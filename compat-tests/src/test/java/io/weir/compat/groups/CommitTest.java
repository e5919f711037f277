package io.weir.compat.groups;

import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SharedServer.class)
class CommitTest {
    private final Cluster cluster;
    private final String group = Cluster.name("group");
    private final TopicPartition partition;

    CommitTest(Cluster cluster) {
        this.cluster = cluster;
        this.partition = new TopicPartition(cluster.topic(2), 0);
        Records.sendNumbers(cluster.producer(), partition, 20);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void aGroupGoesOnWhereItCommitted(Protocol protocol) {
        var first = cluster.consumer(protocol.settings(group, "max.poll.records", "7"));
        first.subscribe(List.of(partition.topic()));
        assertThat(Records.poll(first, 7)).hasSize(7);
        first.commitSync();
        first.poll(Duration.ofMillis(100));
        first.close();

        var second = cluster.consumer(protocol.settings(group));
        second.subscribe(List.of(partition.topic()));
        assertThat(Records.poll(second, 13))
                .hasSize(13)
                .extracting(ConsumerRecord::offset)
                .startsWith(7L);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void closingCommitsWhatWasPolledIfCommitsAreAutomatic(Protocol protocol) {
        var first = cluster.consumer(protocol.settings(group, "enable.auto.commit", "true"));
        first.subscribe(List.of(partition.topic()));
        Records.poll(first, 20);
        first.close();

        assertThat(at(cluster.consumer("group.id", group).committed(Set.of(partition)), partition)
                        .offset())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void anAsynchronousCommitCallsBack(Protocol protocol) {
        var consumer = cluster.consumer(protocol.settings(group));
        consumer.subscribe(List.of(partition.topic()));
        Members members = new Members(consumer);
        members.pollUntilReceived(20);
        Map<TopicPartition, OffsetAndMetadata> committed = new ConcurrentHashMap<>();
        AtomicReference<Exception> failed = new AtomicReference<>();

        consumer.commitAsync((offsets, e) -> {
            failed.set(e);
            committed.putAll(offsets);
        });
        members.pollUntil("the callback", () -> !committed.isEmpty() || failed.get() != null);

        assertThat(failed).hasNullValue();
        assertThat(at(committed, partition).offset()).isEqualTo(20);
        assertThat(at(consumer.committed(Set.of(partition)), partition).offset())
                .isEqualTo(20);
    }

    @Test
    void metadataAndLeaderEpochAreKeptWithTheOffset() {
        OffsetAndMetadata offset = new OffsetAndMetadata(11, Optional.of(0), "half way, état: ✓");
        var consumer = cluster.consumer("group.id", group);

        consumer.commitSync(Map.of(partition, offset));

        assertThat(cluster.consumer("group.id", group).committed(Set.of(partition)))
                .containsEntry(partition, offset);
        consumer.assign(List.of(partition));
        assertThat(consumer.position(partition)).isEqualTo(11);
    }

    @Test
    void whatWasNeverCommittedIsUnknown() {
        TopicPartition other = new TopicPartition(partition.topic(), 1);
        var consumer = cluster.consumer("group.id", group);
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(3)));

        assertThat(consumer.committed(Set.of(partition, other)))
                .containsEntry(partition, new OffsetAndMetadata(3))
                .containsEntry(other, null);
    }

    @Test
    void metadataBeyondTheLimitIsRefused() {
        var offsets = Map.of(partition, new OffsetAndMetadata(1, "x".repeat(5_000)));

        assertThatThrownBy(() -> cluster.consumer("group.id", group).commitSync(offsets))
                .isInstanceOf(OffsetMetadataTooLarge.class);
    }

    @Test
    void groupsDoNotSeeEachOther() {
        cluster.consumer("group.id", group).commitSync(Map.of(partition, new OffsetAndMetadata(3)));

        assertThat(cluster.consumer("group.id", group + "-other").committed(Set.of(partition)))
                .containsEntry(partition, null);
    }
}
