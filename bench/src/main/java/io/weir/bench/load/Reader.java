package io.weir.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;

/** A consumer without a group that reads all partitions of a topic. One thread at a time. */
public final class Reader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    /** Thirty seconds of nothing: the records are not there. */
    private static final int EMPTY_POLLS = 60;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /** @param fetchBytes what it may have fetched at a time, at most */
    public Reader(Clients clients, String topic, long fetchBytes) {
        int bytes = (int) Math.min(ConsumerConfig.DEFAULT_FETCH_MAX_BYTES, fetchBytes);
        consumer = clients.consumer(Map.of(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(bytes),
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        Integer.toString(Math.min(ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES, bytes))));
        partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
    }

    /**
     * Reads so many records from the beginning.
     *
     * @param progress told the number read so far
     * @throws IOException when fewer come
     */
    public void readFromBeginning(long records, LongConsumer progress) throws IOException {
        consumer.seekToBeginning(partitions);
        long read = 0;
        int empty = 0;
        while (read < records) {
            ConsumerRecords<byte[], byte[]> some = consumer.poll(POLL);
            read += some.count();
            empty = some.isEmpty() ? empty + 1 : 0;
            if (empty == EMPTY_POLLS) {
                throw new IOException("only " + read + " of " + records + " records came");
            }
            progress.accept(read);
        }
    }

    /**
     * Reads to the end, and from the beginning again, until it is told to stop.
     *
     * @param start where in each partition it begins: 0 at the beginning, 0.5 in the middle
     * @param bytesPerSecond at most; 0 for as fast as it goes
     * @param goOn asked after each poll
     * @return bytes of values that were read
     */
    public long readUntil(double start, double bytesPerSecond, Time time, BooleanSupplier goOn) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        beginnings.forEach((partition, offset) ->
                consumer.seek(partition, offset + (long) ((end(ends, partition) - offset) * start)));
        long startNanos = time.nanoseconds();
        long bytes = 0;
        while (goOn.getAsBoolean()) {
            for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
                bytes += one.value().length;
            }
            if (partitions.stream().allMatch(partition -> consumer.position(partition) >= end(ends, partition))) {
                consumer.seekToBeginning(partitions);
            }
            double aheadSeconds =
                    bytesPerSecond == 0 ? 0 : bytes / bytesPerSecond - (time.nanoseconds() - startNanos) / 1e9;
            if (aheadSeconds > 0) {
                time.sleep((long) (aheadSeconds * 1000));
            }
        }
        return bytes;
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
