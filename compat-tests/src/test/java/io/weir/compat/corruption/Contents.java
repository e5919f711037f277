package io.weir.compat.corruption;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All that a server serves: every record of the partitions in question, and what a group has committed.
 *
 * @param records the records of each partition, in order of offsets
 * @param committed the group's offsets; empty if they could not be read
 * @param unreadable why a partition, or the group, could not be read (to its end)
 */
record Contents(
        Map<TopicPartition, List<Served>> records,
        Map<TopicPartition, Long> committed,
        Map<String, String> unreadable) {
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    /**
     * One record.
     *
     * @param offset where
     * @param timestamp in milliseconds
     * @param bytes a digest of key, value and headers
     */
    record Served(long offset, long timestamp, int bytes) {
        static Served of(ConsumerRecord<byte[], byte[]> served) {
            int bytes = Arrays.hashCode(served.key()) * 31 + Arrays.hashCode(served.value());
            for (var header : served.headers()) {
                bytes = bytes * 31 + header.key().hashCode();
                bytes = bytes * 31 + Arrays.hashCode(header.value());
            }
            return new Served(served.offset(), served.timestamp(), bytes);
        }
    }

    /** Reads it all; what cannot be read within a bound is noted as such. */
    static Contents read(String bootstrap, String group, Set<TopicPartition> partitions) {
        Map<TopicPartition, List<Served>> records = new LinkedHashMap<>();
        Map<TopicPartition, Long> committed = new LinkedHashMap<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        for (TopicPartition partition : partitions) {
            List<Served> served = new ArrayList<>();
            records.put(partition, served);
            try (var consumer = consumer(bootstrap, group)) {
                readPartition(consumer, partition, served);
            } catch (KafkaException e) {
                unreadable.put(partition.toString(), e.toString());
            }
        }
        try (var consumer = consumer(bootstrap, group)) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
                    consumer.committed(partitions).entrySet()) {
                committed.put(
                        entry.getKey(),
                        entry.getValue() == null ? -1 : entry.getValue().offset());
            }
        } catch (KafkaException e) {
            unreadable.put(group, e.toString());
        }
        return new Contents(records, committed, unreadable);
    }

    private static void readPartition(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, List<Served> served) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                served.add(Served.of(record));
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("nothing after offset " + consumer.position(partition) + " of " + end);
            }
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap, String group) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        group,
                        "auto.offset.reset",
                        "none",
                        "enable.auto.commit",
                        false,
                        "allow.auto.create.topics",
                        false,
                        "default.api.timeout.ms",
                        (int) PATIENCE.toMillis()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
