package io.weir.server.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Hands out Kafka's own stand-ins for its clients, and keeps what they were made with. */
final class FakeClients implements Clients {
    private static final Node NODE = new Node(0, "localhost", 9092);

    /** Every partition ends at offset 7. */
    final MockAdminClient admin = new MockAdminClient(List.of(NODE), NODE) {
        @Override
        public synchronized ListOffsetsResult listOffsets(
                Map<TopicPartition, OffsetSpec> partitions, ListOffsetsOptions options) {
            Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> offsets = new HashMap<>();
            partitions.forEach((partition, spec) -> offsets.put(
                    partition,
                    KafkaFuture.completedFuture(new ListOffsetsResultInfo(
                            spec instanceof OffsetSpec.LatestSpec ? 7 : 0, -1, Optional.of(2)))));
            return new ListOffsetsResult(offsets);
        }
    };

    final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    final Map<TopicPartition, Long> committed = new HashMap<>();
    final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        }
    };
    final Map<String, String> properties = new HashMap<>();

    @Override
    public Admin admin(ClientOptions options) {
        return admin;
    }

    @Override
    public Producer<byte[], byte[]> producer(ClientOptions options, Map<String, String> more) {
        properties.putAll(more);
        return producer;
    }

    @Override
    public Consumer<byte[], byte[]> consumer(ClientOptions options, Map<String, String> more) {
        properties.putAll(more);
        return consumer;
    }
}
