package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class OrderUnderLoadTest {
    private static final int PARTITIONS = 6;
    private static final int PRODUCERS = 3;
    private static final int RECORDS_EACH = 60_000;
    private final Cluster cluster;

    OrderUnderLoadTest(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What one producer wrote to one partition, as one consumer saw it. */
    private record Stream(int partition, String producer) {}

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupReadsEveryRecordOnceAndInOrderWhileProducersWrite(String protocol) throws Exception {
        String topic = cluster.topic(PARTITIONS);
        String group = Cluster.name("group");
        Map<Stream, List<Integer>> seen = new ConcurrentHashMap<>();
        AtomicInteger count = new AtomicInteger();
        List<Future<?>> work = new ArrayList<>();
        var one = cluster.consumer("group.id", group, "group.protocol", protocol);
        var two = cluster.consumer("group.id", group, "group.protocol", protocol);
        one.subscribe(List.of(topic));
        two.subscribe(List.of(topic));
        Await.until("both have their half", () -> {
            one.poll(Duration.ofMillis(50));
            two.poll(Duration.ofMillis(50));
            return one.assignment().size() == PARTITIONS / 2 && two.assignment().size() == PARTITIONS / 2;
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            work.add(threads.submit(() -> read(one, seen, count)));
            work.add(threads.submit(() -> read(two, seen, count)));
            for (int p = 0; p < PRODUCERS; p++) {
                String name = "producer-" + p;
                work.add(threads.submit(() -> write(name, topic)));
            }
            for (Future<?> done : work) {
                done.get();
            }
        }

        assertThat(count).hasValue(PRODUCERS * RECORDS_EACH);
        assertThat(seen).hasSize(PARTITIONS * PRODUCERS);
        seen.forEach((stream, numbers) -> {
            assertThat(numbers).as("%s", stream).hasSize(RECORDS_EACH / PARTITIONS);
            for (int i = 0; i < numbers.size(); i++) {
                assertThat(numbers.get(i)).as("%s at %d", stream, i).isEqualTo(i * PARTITIONS + stream.partition());
            }
        });
    }

    private void write(String name, String topic) {
        var producer = cluster.producer("compression.type", "lz4");
        var sent = new ArrayList<Future<?>>();
        for (int i = 0; i < RECORDS_EACH; i++) {
            sent.add(producer.send(new ProducerRecord<>(topic, i % PARTITIONS, name, Integer.toString(i))));
        }
        producer.flush();
        sent.forEach(Cluster::get);
    }

    private static void read(
            KafkaConsumer<String, String> consumer, Map<Stream, List<Integer>> seen, AtomicInteger count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (count.get() < PRODUCERS * RECORDS_EACH && System.nanoTime() < deadline) {
            var records = consumer.poll(Duration.ofMillis(100));
            for (var record : records) {
                seen.computeIfAbsent(new Stream(record.partition(), record.key()), key -> new ArrayList<>())
                        .add(Integer.parseInt(record.value()));
            }
            count.addAndGet(records.count());
            consumer.commitSync();
        }
    }
}
