package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class SeekTest {
    private static final int COUNT = 100;
    private final Cluster cluster;
    private final TopicPartition partition;

    SeekTest(Cluster cluster) {
        this.cluster = cluster;
        this.partition = cluster.timelessPartition();
    }

    @Test
    void seeksToBeginningEndAndOffset() {
        Records.sendNumbers(cluster.producer(), partition, COUNT);
        var consumer = cluster.consumer();
        consumer.assign(List.of(partition));

        consumer.seek(partition, 42);
        assertThat(Records.poll(consumer, 1).getFirst().offset()).isEqualTo(42);

        consumer.seekToBeginning(List.of(partition));
        assertThat(consumer.position(partition)).isZero();
        assertThat(Records.poll(consumer, 1).getFirst().value()).isEqualTo("0");

        consumer.seekToEnd(List.of(partition));
        assertThat(consumer.position(partition)).isEqualTo(COUNT);
        assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();

        Records.sendNumbers(cluster.producer(), partition, 1);
        assertThat(Records.poll(consumer, 1).getFirst().offset()).isEqualTo(COUNT);
    }

    @Test
    void seeksByTime() {
        Records.send(
                cluster.producer(),
                COUNT,
                i -> new ProducerRecord<>(partition.topic(), 0, 10_000L + i * 10L, "k", Integer.toString(i)));
        var consumer = cluster.consumer();

        assertThat(consumer.offsetsForTimes(Map.of(partition, 0L))).containsEntry(partition, found(0, 10_000));
        assertThat(consumer.offsetsForTimes(Map.of(partition, 10_500L))).containsEntry(partition, found(50, 10_500));
        assertThat(consumer.offsetsForTimes(Map.of(partition, 10_501L))).containsEntry(partition, found(51, 10_510));
        assertThat(consumer.offsetsForTimes(Map.of(partition, 99_999L))).containsEntry(partition, null);
    }

    @Test
    void reportsBeginningEndAndPartitions() {
        Records.sendNumbers(cluster.producer(), partition, COUNT);
        var consumer = cluster.consumer();

        assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
        assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, (long) COUNT);
        assertThat(consumer.partitionsFor(partition.topic())).singleElement().satisfies(info -> {
            assertThat(info.partition()).isZero();
            assertThat(info.leader().isEmpty()).isFalse();
        });
        assertThat(consumer.listTopics()).containsKey(partition.topic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest", "by_duration:PT1H"})
    void resetsWhereThePolicySays(String policy) {
        long now = System.currentTimeMillis();
        Records.send(
                cluster.producer(),
                10,
                i -> new ProducerRecord<>(partition.topic(), 0, now - (i < 5 ? 7_200_000L : 1_800_000L), "k", "v"));
        var consumer = cluster.consumer("auto.offset.reset", policy);
        consumer.assign(List.of(partition));

        long expected = switch (policy) {
            case "earliest" -> 0;
            case "by_duration:PT1H" -> 5;
            default -> 10;
        };
        assertThat(consumer.position(partition)).isEqualTo(expected);
    }

    @Test
    void withoutAResetPolicyTheApplicationIsTold() {
        Records.sendNumbers(cluster.producer(), partition, 10);
        var consumer = cluster.consumer("auto.offset.reset", "none", "group.id", Cluster.name("group"));
        consumer.assign(List.of(partition));
        assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10)))
                .isInstanceOf(NoOffsetForPartitionException.class);
    }

    @Test
    void offsetsBeyondTheEndAreOutOfRange() {
        Records.sendNumbers(cluster.producer(), partition, 10);
        var strict = cluster.consumer("auto.offset.reset", "none");
        strict.assign(List.of(partition));
        strict.seek(partition, 1_000);
        assertThatThrownBy(() -> Records.poll(strict, 1)).isInstanceOf(OffsetOutOfRangeException.class);

        var lenient = cluster.consumer();
        lenient.assign(List.of(partition));
        lenient.seek(partition, 1_000);
        assertThat(Records.poll(lenient, 10)).extracting(ConsumerRecord::offset).startsWith(0L);
    }

    private static OffsetAndTimestamp found(long offset, long timestamp) {
        return new OffsetAndTimestamp(offset, timestamp, Optional.of(0));
    }
}
