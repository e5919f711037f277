package io.weir.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.ClusterProcesses;
import io.weir.compat.server.NodeProcess;
import io.weir.compat.support.Await;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every role in processes of its own, under stock clients with stock settings. */
class RolesTest {
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 6;
    private static final int RECORDS = 600;

    private static HdfsProcesses hdfs;
    private static ClusterProcesses cluster;

    @BeforeAll
    static void start() {
        Path directory = Path.of("target", "data", "roles-" + Uuid.randomUuid());
        hdfs = HdfsProcesses.start(directory.resolve("hdfs"), 3);
        cluster = ClusterProcesses.on("roles", directory, hdfs.uri() + "/weir")
                .nodes(3, "controller")
                .nodes(2, "broker")
                .nodes(1, "coordinator")
                .nodes(2, "proxy")
                .set("group.initial.rebalance.delay.ms", "0")
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (hdfs != null) {
            hdfs.close();
        }
    }

    @Test
    void clientsGoOnWhenABrokerIsKilledAndWhenItComesBack() throws Exception {
        try (Admin admin = Admin.create(clients())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 3)))
                    .all()
                    .get();
        }
        NodeProcess broker = cluster.nodes("broker").getFirst();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(clients(), new StringSerializer(), new StringSerializer())) {
            produce(producer, 0);
            broker.kill();
            produce(producer, RECORDS);
            broker.start();
            produce(producer, 2 * RECORDS);
        }

        assertThat(consumed(3 * RECORDS)).isEqualTo(expected(3 * RECORDS));
        Await.until("each broker owns half of the partitions", () -> {
            String document = broker.get("/api/cluster").body();
            return document.contains("\"broker\":{\"fewest\":3,\"most\":3}")
                    || document.contains("\"broker\":{\"most\":3,\"fewest\":3}");
        });
    }

    @Test
    void nodesServeWhatTheirRolesAre() {
        NodeProcess controller = cluster.nodes("controller").getFirst();
        NodeProcess proxy = cluster.nodes("proxy").getFirst();
        NodeProcess coordinator = cluster.nodes("coordinator").getFirst();

        assertThat(controller.get("/api/partitions").statusCode()).isEqualTo(404);
        assertThat(proxy.get("/api/partitions").statusCode()).isEqualTo(404);
        assertThat(coordinator.get("/api/partitions").statusCode()).isEqualTo(200);
        for (NodeProcess node : cluster.nodes()) {
            assertThat(node.get("/metrics").body()).as(node.toString()).contains("jvm_memory");
            assertThat(node.get("/api/cluster").body()).as(node.toString()).contains("weir");
        }
    }

    private static void produce(KafkaProducer<String, String> producer, int first)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (int number = first; number < first + RECORDS; number++) {
            answers.add(
                    producer.send(new ProducerRecord<>(TOPIC, number % PARTITIONS, null, Integer.toString(number))));
        }
        for (Future<RecordMetadata> answer : answers) {
            answer.get();
        }
    }

    /** By partition, in the order of their arrival. */
    private static Map<Integer, List<String>> consumed(int records) {
        Map<Integer, List<String>> values = new TreeMap<>();
        Properties settings = clients();
        settings.put("group.id", "all-" + Uuid.randomUuid());
        settings.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            int[] seen = new int[1];
            Await.until("all records have come", () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    List<String> partition = values.computeIfAbsent(record.partition(), number -> new ArrayList<>());
                    assertThat(record.offset()).isEqualTo(partition.size());
                    partition.add(record.value());
                    seen[0]++;
                }
                return seen[0] >= records;
            });
            consumer.commitSync();
        }
        return values;
    }

    private static Map<Integer, List<String>> expected(int records) {
        Map<Integer, List<String>> values = new TreeMap<>();
        IntStream.range(0, records)
                .forEach(number -> values.computeIfAbsent(number % PARTITIONS, partition -> new ArrayList<>())
                        .add(Integer.toString(number)));
        return values;
    }

    private static Properties clients() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", cluster.bootstrap());
        return settings;
    }
}
