package io.weir.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** A consumer at the end of a topic that notes how old each record is when it comes. Has a thread of its own. */
public final class Follower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Latencies latencies = new Latencies();
    private final Time time;
    private final AtomicLong read = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** Begins at the present end; returns when that is known. */
    public Follower(Clients clients, String topic, Time time) {
        this.time = time;
        consumer = clients.consumer(Map.of());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = Thread.ofPlatform().name("follower").start(this::follow);
    }

    private void follow() {
        try {
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
                    latencies.record(time.nanoseconds() - Payloads.stamp(one.value()));
                    read.incrementAndGet();
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /** Of all records since they were reset. */
    public Latencies latencies() {
        return latencies;
    }

    /**
     * Waits until so many records have come since the start.
     *
     * @throws IOException when they do not come within a minute
     */
    public void await(long records) throws IOException {
        long deadline = time.milliseconds() + BOUND.toMillis();
        while (read.get() < records) {
            Exception failed = failure.get();
            if (failed != null || time.milliseconds() > deadline) {
                throw new IOException("the consumer has got " + read.get() + " of " + records + " records", failed);
            }
            time.sleep(1);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join(TimeUnit.SECONDS.toMillis(30));
        if (!thread.isAlive()) {
            consumer.close();
        }
    }
}
