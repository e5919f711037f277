package io.weir.bench.load;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka's own clients, with their defaults but for what the workload says. Any thread. */
public final class Clients {
    /** Longer than the slowest step of any target: ten thousand partitions that take their first record. */
    private static final int PATIENCE_MS = 900_000;
    /** One request may hold the first records of thousands of partitions. */
    private static final int REQUEST_TIMEOUT_MS = 600_000;

    private final String bootstrap;

    /** @param bootstrap {@code host:port} */
    public Clients(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** An admin client that connects again at once when it is refused. */
    public Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, "10",
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "100",
                AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, "20",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "300000"));
    }

    /** Every record is acknowledged; no record is given up. */
    public KafkaProducer<byte[], byte[]> producer(Workload workload) {
        return producer(workload, Map.of());
    }

    /** The same with other settings over it. */
    public KafkaProducer<byte[], byte[]> producer(Workload workload, Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        all.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "20");
        put(all, ProducerConfig.COMPRESSION_TYPE_CONFIG, workload, Dimension.COMPRESSION);
        put(all, ProducerConfig.LINGER_MS_CONFIG, workload, Dimension.LINGER);
        put(all, ProducerConfig.BATCH_SIZE_CONFIG, workload, Dimension.BATCH_SIZE);
        all.putAll(settings);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** With the client's own defaults, all of them. */
    public KafkaProducer<byte[], byte[]> defaultProducer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** One without a group. */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.putAll(settings);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void put(Map<String, Object> settings, String key, Workload workload, Dimension dimension) {
        if (workload.dimensions().contains(dimension)) {
            settings.put(key, workload.text(dimension));
        }
    }
}
