package io.weir.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A stock producer and a stock consumer that must get on with their work whatever others do. One thread. */
final class Honest implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition("honest", 0);

    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;
    private int rounds;

    Honest(String bootstrapServers) {
        awaitOpen(bootstrapServers, PARTITION);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "retries", 0, "enable.idempotence", false),
                new StringSerializer(),
                new StringSerializer());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new StringDeserializer());
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
    }

    /** Until the node serves these partitions: it opens them just after their topic was made. */
    static void awaitOpen(String bootstrapServers, TopicPartition... partitions) {
        Map<TopicPartition, OffsetSpec> ends =
                Arrays.stream(partitions).collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.listOffsets(ends).all().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not open: " + ends.keySet(), e);
        }
    }

    /** Sends a record, without a second try, and reads it. */
    void works() {
        String value = "round " + rounds++;
        try {
            producer.send(new ProducerRecord<>(PARTITION.topic(), 0, null, value))
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("an honest producer noticed", e);
        }
        for (int i = 0; i < 20; i++) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                assertThat(record.value()).isEqualTo(value);
                return;
            }
        }
        throw new AssertionError("an honest consumer did not get " + value);
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
