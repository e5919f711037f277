package io.weir.compat.support;

import io.weir.compat.server.ServerUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A server and the clients that one scenario makes on it. Closing closes the clients; the server stays. */
public final class Cluster implements AutoCloseable {
    private final ServerUnderTest server;
    private final List<AutoCloseable> clients = new ArrayList<>();
    private @Nullable Admin admin;

    /** Makes clients for this server. */
    public Cluster(ServerUnderTest server) {
        this.server = server;
    }

    /** Returns {@code host:port}. */
    public String bootstrap() {
        return server.bootstrap();
    }

    /** Tells whether the server is Weir, and not the Apache Kafka that the tests were proven on. */
    public boolean isWeir() {
        return server.isWeir();
    }

    /** Returns the scenario's admin client. */
    public synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of("bootstrap.servers", bootstrap(), "default.api.timeout.ms", 60_000));
            clients.add(admin);
        }
        return admin;
    }

    /** Makes a producer of strings; the arguments are pairs of setting and value. */
    public KafkaProducer<String, String> producer(String... settings) {
        return keep(new KafkaProducer<>(
                merge(producerDefaults(), settings), new StringSerializer(), new StringSerializer()));
    }

    /** Makes a producer of bytes; the arguments are pairs of setting and value. */
    public KafkaProducer<byte[], byte[]> bytesProducer(String... settings) {
        return keep(new KafkaProducer<>(
                merge(producerDefaults(), settings), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Makes a consumer of strings that starts at the earliest record; the arguments are pairs of setting and value. */
    public KafkaConsumer<String, String> consumer(String... settings) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                merge(consumerDefaults(), settings), new StringDeserializer(), new StringDeserializer());
        clients.add(() -> consumer.close(CloseOptions.timeout(Duration.ofSeconds(2))));
        return consumer;
    }

    /** Makes a consumer of bytes that starts at the earliest record; the arguments are pairs of setting and value. */
    public KafkaConsumer<byte[], byte[]> bytesConsumer(String... settings) {
        return keep(new KafkaConsumer<>(
                merge(consumerDefaults(), settings), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** Creates a topic with a name of its own and waits until every partition has a leader. */
    public String topic(int partitions, String... configs) {
        return topicNamed(name("topic"), partitions, configs);
    }

    /** Creates the topic and waits until every partition has a leader. */
    public String topicNamed(String name, int partitions, String... configs) {
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(pairs(configs));
        get(admin().createTopics(List.of(topic)).all());
        Await.until("leaders of " + name, () -> {
            var described = Entries.at(get(admin().describeTopics(List.of(name)).allTopicNames()), name)
                    .partitions();
            return described.size() == partitions
                    && described.stream()
                            .allMatch(p -> p.leader() != null && !p.leader().isEmpty());
        });
        return name;
    }

    /** Creates a topic of one partition that keeps records whatever their timestamps are. */
    public TopicPartition timelessPartition() {
        return new TopicPartition(topic(1, "retention.ms", "-1"), 0);
    }

    /** Returns a name that no other scenario uses. */
    public static String name(String prefix) {
        return prefix + "-"
                + Uuid.randomUuid()
                        .toString()
                        .replace("-", "x")
                        .replace("_", "y")
                        .substring(0, 10);
    }

    /** Returns the future's value, within a bound. */
    public static <T> T get(Future<T> future) {
        try {
            return future.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + Await.BOUND, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T keep(T client) {
        clients.add(client);
        return client;
    }

    private Map<String, Object> producerDefaults() {
        return Map.of("bootstrap.servers", bootstrap(), "delivery.timeout.ms", 60_000, "request.timeout.ms", 15_000);
    }

    private Map<String, Object> consumerDefaults() {
        return Map.of(
                "bootstrap.servers",
                bootstrap(),
                "auto.offset.reset",
                "earliest",
                "default.api.timeout.ms",
                60_000,
                "metadata.max.age.ms",
                1_000,
                "enable.auto.commit",
                false);
    }

    private static Map<String, Object> merge(Map<String, Object> defaults, String... settings) {
        Map<String, Object> merged = new HashMap<>(defaults);
        merged.putAll(pairs(settings));
        return merged;
    }

    private static Map<String, String> pairs(String... settings) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            pairs.put(settings[i], settings[i + 1]);
        }
        return pairs;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable client : clients.reversed()) {
            client.close();
        }
    }
}
