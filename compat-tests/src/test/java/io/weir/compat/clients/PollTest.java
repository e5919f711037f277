package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class PollTest {
    private final Cluster cluster;
    private final TopicPartition first;
    private final TopicPartition second;

    PollTest(Cluster cluster) {
        this.cluster = cluster;
        String topic = cluster.topic(2);
        this.first = new TopicPartition(topic, 0);
        this.second = new TopicPartition(topic, 1);
    }

    @Test
    void aPausedPartitionDeliversNothingUntilItIsResumed() {
        var consumer = cluster.consumer();
        consumer.assign(List.of(first, second));
        consumer.pause(List.of(first));
        Records.sendNumbers(cluster.producer(), first, 10);
        Records.sendNumbers(cluster.producer(), second, 10);

        var whilePaused = Records.poll(consumer, 10);
        assertThat(whilePaused).allSatisfy(r -> assertThat(r.partition()).isEqualTo(1));
        assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
        assertThat(consumer.paused()).containsExactly(first);

        consumer.resume(List.of(first));
        assertThat(Records.poll(consumer, 10))
                .hasSize(10)
                .allSatisfy(r -> assertThat(r.partition()).isZero());
    }

    @Test
    void aPollReturnsNoMoreThanMaxPollRecords() {
        Records.sendNumbers(cluster.producer(), first, 100);
        var consumer = cluster.consumer("max.poll.records", "7");
        consumer.assign(List.of(first));

        List<Integer> sizes = new ArrayList<>();
        int total = 0;
        while (total < 100) {
            int size = consumer.poll(Duration.ofSeconds(5)).count();
            assertThat(size).as("records after %d", total).isBetween(1, 7);
            sizes.add(size);
            total += size;
        }
        assertThat(sizes.getFirst()).isEqualTo(7);
    }

    @Test
    void aFetchWaitsForItsMinimumOrItsTime() {
        var consumer = cluster.consumer("fetch.min.bytes", "100000", "fetch.max.wait.ms", "5000");
        consumer.assign(List.of(first));
        consumer.position(first);
        Records.sendNumbers(cluster.producer(), first, 1);

        assertThat(consumer.poll(Duration.ofMillis(200)).isEmpty())
                .as("the record is there, but not enough of it")
                .isTrue();
        Records.poll(consumer, 1);

        // The minimum ends the wait early. Two waits may pass: the fetch that is under way may hold an older limit.
        var patient = cluster.consumer("fetch.min.bytes", "100000", "fetch.max.wait.ms", "20000");
        patient.assign(List.of(second));
        patient.position(second);
        patient.poll(Duration.ofMillis(200));
        Records.send(cluster.producer(), List.of(new ProducerRecord<>(second.topic(), 1, "k", "x".repeat(200_000))));
        Records.poll(patient, 1);
    }

    @Test
    void aWaitingFetchIsAnsweredAsSoonAsARecordComes() throws Exception {
        var producer = cluster.producer("linger.ms", "0");
        Records.sendNumbers(producer, first, 1);
        var consumer = cluster.consumer("fetch.max.wait.ms", "20000");
        consumer.assign(List.of(first));
        Records.poll(consumer, 1);
        consumer.poll(Duration.ofMillis(300));

        var sent = CompletableFuture.runAsync(() -> Records.sendNumbers(producer, first, 1));
        long start = System.nanoTime();
        Records.poll(consumer, 1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        sent.get();
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_committed", "read_uncommitted"})
    void recordsWithoutATransactionAreReadAtBothIsolationLevels(String isolation) {
        Records.sendNumbers(cluster.producer(), first, 50);

        assertThat(Records.valuesOf(cluster.consumer("isolation.level", isolation), first, 50))
                .startsWith("0", "1")
                .endsWith("49");
    }

    @Test
    void lagIsKnownFromTheFetchesThemselves() {
        Records.sendNumbers(cluster.producer(), first, 100);
        var consumer = cluster.consumer("max.poll.records", "10");
        consumer.assign(List.of(first));
        Records.poll(consumer, 10);

        assertThat(consumer.currentLag(first)).hasValue(90);
        Await.until(
                "lag metric",
                () -> consumer.metrics().values().stream()
                        .anyMatch(m -> m.metricName().name().equals("records-lag-max")
                                && m.metricName().tags().containsKey("client-id")
                                && m.metricValue().equals(90.0)));
    }
}
