package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EmbeddedWeirTest {
    @Test
    void twoAtATimeServeTheirOwnClients() throws ExecutionException, InterruptedException {
        try (EmbeddedWeir one = EmbeddedWeir.inMemory();
                EmbeddedWeir two = EmbeddedWeir.inMemory()) {
            produce(one, "for one");
            produce(two, "for two");
            assertThat(consume(one)).containsExactly("for one");
            assertThat(consume(two)).containsExactly("for two");
        }
    }

    private static void produce(EmbeddedWeir weir, String value) throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", weir.bootstrapServers()), new StringSerializer(), new StringSerializer())) {
            assertThat(producer.send(new ProducerRecord<>("t", value)).get().offset())
                    .isZero();
        }
    }

    private static List<String> consume(EmbeddedWeir weir) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", weir.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (int i = 0; i < 20; i++) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
                if (!records.isEmpty()) {
                    return records.records(partition).stream()
                            .map(record -> record.value())
                            .toList();
                }
            }
            return List.of();
        }
    }
}
