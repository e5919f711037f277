package io.weir.compat.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Sends and polls several records at once. */
public final class Records {
    private Records() {}

    /** Sends all and returns their acknowledgements in order. */
    public static <K, V> List<RecordMetadata> send(Producer<K, V> producer, List<ProducerRecord<K, V>> records) {
        var sent = records.stream().map(producer::send).toList();
        producer.flush();
        return sent.stream().map(Cluster::get).toList();
    }

    /** Sends {@code count} records that {@code record} makes and returns their acknowledgements. */
    public static <K, V> List<RecordMetadata> send(
            Producer<K, V> producer, int count, IntFunction<ProducerRecord<K, V>> record) {
        return send(producer, IntStream.range(0, count).mapToObj(record).toList());
    }

    /** Sends values {@code 0..count-1} as text, without keys, to one partition. */
    public static void sendNumbers(Producer<String, String> producer, TopicPartition to, int count) {
        send(producer, count, i -> new ProducerRecord<>(to.topic(), to.partition(), null, Integer.toString(i)));
    }

    /** Polls until at least {@code count} records have come, and returns all that came. */
    public static <K, V> List<ConsumerRecord<K, V>> poll(Consumer<K, V> consumer, int count) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        while (records.size() < count) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            if (records.size() < count && System.nanoTime() - deadline > 0) {
                throw new AssertionError("got " + records.size() + " of " + count + " records within " + Await.BOUND);
            }
        }
        return records;
    }

    /** Assigns the whole partition from its start, polls {@code count} records and returns their values. */
    public static <V> List<V> valuesOf(Consumer<?, V> consumer, TopicPartition partition, int count) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        return poll(consumer, count).stream().map(ConsumerRecord::value).toList();
    }
}
