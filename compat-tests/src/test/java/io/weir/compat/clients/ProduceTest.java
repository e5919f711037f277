package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class ProduceTest {
    private final Cluster cluster;

    ProduceTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest(name = "{0}, acks={1}")
    @CsvSource({
        "none,0",
        "none,1",
        "none,all",
        "gzip,0",
        "gzip,1",
        "gzip,all",
        "snappy,0",
        "snappy,1",
        "snappy,all",
        "lz4,0",
        "lz4,1",
        "lz4,all",
        "zstd,0",
        "zstd,1",
        "zstd,all"
    })
    void everyCodecAndEveryAcknowledgementRoundTrips(String codec, String acks) {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        var producer = cluster.producer(
                "compression.type", codec, "acks", acks, "enable.idempotence", Boolean.toString(acks.equals("all")));

        List<String> values = IntStream.range(0, 200)
                .mapToObj(i -> "value " + i + " " + "x".repeat(i))
                .toList();
        Records.send(producer, values.size(), i -> new ProducerRecord<>(partition.topic(), "key", values.get(i)));

        assertThat(Records.valuesOf(cluster.consumer(), partition, 200)).isEqualTo(values);
    }

    @Test
    void acknowledgementsCarryDenseOffsetsAndTheRecordsTimestamps() {
        String topic = cluster.timelessPartition().topic();

        List<RecordMetadata> sent =
                Records.send(cluster.producer(), 50, i -> new ProducerRecord<>(topic, 0, 1_000L + i, "k", "v"));

        assertThat(sent)
                .extracting(RecordMetadata::offset)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> (long) i).toList());
        assertThat(sent)
                .extracting(RecordMetadata::timestamp)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> 1_000L + i).toList());
    }

    @Test
    void headersNullKeysNullValuesAndEmptyOnesArriveAsSent() {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>(partition.topic(), bytes("key"), null);
        tombstone
                .headers()
                .add("trace", bytes("a"))
                .add("trace", bytes("b"))
                .add("null", null)
                .add("", new byte[0]);
        ProducerRecord<byte[], byte[]> keyless = new ProducerRecord<>(partition.topic(), null, bytes("value"));
        ProducerRecord<byte[], byte[]> nothing = new ProducerRecord<>(partition.topic(), null, null);
        ProducerRecord<byte[], byte[]> empty = new ProducerRecord<>(partition.topic(), new byte[0], new byte[0]);

        Records.send(cluster.bytesProducer(), List.of(tombstone, keyless, nothing, empty));

        var consumer = cluster.bytesConsumer();
        consumer.assign(List.of(partition));
        var records = Records.poll(consumer, 4);
        assertThat(records).extracting(ConsumerRecord::key).containsExactly(bytes("key"), null, null, new byte[0]);
        assertThat(records).extracting(ConsumerRecord::value).containsExactly(null, bytes("value"), null, new byte[0]);
        Header[] headers = records.getFirst().headers().toArray();
        assertThat(headers).extracting(Header::key).containsExactly("trace", "trace", "null", "");
        assertThat(headers).extracting(Header::value).containsExactly(bytes("a"), bytes("b"), null, new byte[0]);
        assertThat(records.get(1).headers()).isEmpty();
    }

    @Test
    void createTimeIsTheProducersOwn() {
        TopicPartition partition = cluster.timelessPartition();
        List<Long> timestamps = List.of(5_000L, 3_000L, 0L, System.currentTimeMillis());

        Records.send(
                cluster.producer(),
                timestamps.size(),
                i -> new ProducerRecord<>(partition.topic(), 0, timestamps.get(i), "k", "v"));

        var consumer = cluster.consumer();
        consumer.assign(List.of(partition));
        var records = Records.poll(consumer, timestamps.size());
        assertThat(records).extracting(ConsumerRecord::timestamp).isEqualTo(timestamps);
        assertThat(records).extracting(ConsumerRecord::timestampType).containsOnly(TimestampType.CREATE_TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "lz4"})
    void logAppendTimeIsTheServersClock(String codec) {
        TopicPartition partition = new TopicPartition(cluster.topic(1, "message.timestamp.type", "LogAppendTime"), 0);

        var sent = Records.send(
                cluster.producer("compression.type", codec),
                10,
                i -> new ProducerRecord<>(partition.topic(), 0, 1_000L, "k", "v" + i));

        var consumer = cluster.consumer();
        consumer.assign(List.of(partition));
        var records = Records.poll(consumer, 10);
        assertThat(records).extracting(ConsumerRecord::timestampType).containsOnly(TimestampType.LOG_APPEND_TIME);
        assertThat(records)
                .allSatisfy(r -> assertThat(r.timestamp()).isCloseTo(System.currentTimeMillis(), within(60_000L)));
        assertThat(sent)
                .extracting(RecordMetadata::timestamp)
                .isEqualTo(records.stream().map(ConsumerRecord::timestamp).toList());
    }

    @Test
    void timestampsTooFarInTheFutureAreRefused() {
        String topic = cluster.topic(1, "message.timestamp.after.max.ms", "60000");
        ProducerRecord<String, String> tomorrow =
                new ProducerRecord<>(topic, 0, System.currentTimeMillis() + 86_400_000L, "k", "v");

        Assertions.assertThatThrownBy(() -> Cluster.get(cluster.producer().send(tomorrow)))
                .isInstanceOf(InvalidTimestampException.class);
    }

    @Test
    void keysChooseTheirPartitionAndKeepTheirOrder() {
        String topic = cluster.topic(6);

        Records.send(cluster.producer(), 600, i -> new ProducerRecord<>(topic, "key" + i % 20, Integer.toString(i)));

        var consumer = cluster.consumer();
        consumer.assign(IntStream.range(0, 6)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList());
        var records = Records.poll(consumer, 600);
        for (int key = 0; key < 20; key++) {
            String name = "key" + key;
            var ofKey = records.stream().filter(r -> r.key().equals(name)).toList();
            assertThat(ofKey)
                    .hasSize(30)
                    .extracting(ConsumerRecord::partition)
                    .containsOnly(ofKey.getFirst().partition());
            assertThat(ofKey).extracting(r -> Integer.parseInt(r.value())).isSorted();
        }
    }

    @Test
    void aTopicThatDoesNotExistIsMadeByTheFirstRecord() {
        String topic = Cluster.name("auto");

        Records.send(cluster.producer(), List.of(new ProducerRecord<>(topic, "k", "v")));

        assertThat(Cluster.get(cluster.admin()
                        .describeTopics(Collections.singleton(topic))
                        .allTopicNames()))
                .containsKey(topic);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
