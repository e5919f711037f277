package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class BigRecordsTest {
    private static final int LARGE_BYTES = 10_485_760;
    private final Cluster cluster;

    BigRecordsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd"})
    void recordsOf900KilobytesNeedNoSetting(String codec) {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        List<byte[]> values = List.of(random(1, 900_000), random(2, 900_000), random(3, 900_000));

        Records.send(
                cluster.bytesProducer("compression.type", codec),
                values.size(),
                i -> new ProducerRecord<>(partition.topic(), values.get(i)));

        assertThat(Records.valuesOf(cluster.bytesConsumer(), partition, 3)).containsExactlyElementsOf(values);
    }

    @Test
    void topicsMayAllowRecordsOfTenMegabytes() {
        String limit = Integer.toString(LARGE_BYTES + 1_000);
        TopicPartition partition = new TopicPartition(cluster.topic(1, "max.message.bytes", limit), 0);
        List<byte[]> values = List.of(random(1, 5_000_000), random(2, LARGE_BYTES - 1_000), random(3, 10));

        Records.send(
                cluster.bytesProducer("max.request.size", limit),
                values.size(),
                i -> new ProducerRecord<>(partition.topic(), values.get(i)));

        // The consumer's max.partition.fetch.bytes is 1 MiB: a record beyond it must come all the same.
        assertThat(Records.valuesOf(cluster.bytesConsumer(), partition, 3)).containsExactlyElementsOf(values);
    }

    @Test
    void theClientRefusesWhatIsBeyondItsOwnLimit() {
        String topic = cluster.topic(1);

        assertThatThrownBy(() ->
                        Cluster.get(cluster.bytesProducer().send(new ProducerRecord<>(topic, random(1, 2_000_000)))))
                .isInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void theServerRefusesWhatIsBeyondTheTopicsLimitAndTakesTheNextRecord() {
        String topic = cluster.topic(1, "max.message.bytes", "10000");
        var producer = cluster.bytesProducer();

        assertThatThrownBy(() -> Cluster.get(producer.send(new ProducerRecord<>(topic, random(1, 20_000)))))
                .isInstanceOf(RecordTooLargeException.class);
        assertThat(Cluster.get(producer.send(new ProducerRecord<>(topic, random(2, 5_000))))
                        .offset())
                .isZero();
    }

    @Test
    void smallFetchLimitsStillMakeProgress() {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        List<byte[]> values = List.of(random(1, 300_000), random(2, 300_000), random(3, 300_000));
        Records.send(
                cluster.bytesProducer("batch.size", "0"),
                3,
                i -> new ProducerRecord<>(partition.topic(), values.get(i)));

        var consumer = cluster.bytesConsumer("max.partition.fetch.bytes", "1000", "fetch.max.bytes", "1000");

        assertThat(Records.valuesOf(consumer, partition, 3)).containsExactlyElementsOf(values);
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
