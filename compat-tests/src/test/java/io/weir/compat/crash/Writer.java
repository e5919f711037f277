package io.weir.compat.crash;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An idempotent producer that goes on through crashes: it keeps sending, and what is under way it sends again. */
final class Writer implements Runnable {
    private static final int IN_FLIGHT = 200;
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final int BURST = 2;

    private final int id;
    private final Map<TopicPartition, PartitionHistory> histories;
    private final List<TopicPartition> partitions;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean stopping;

    Writer(int id, String bootstrap, List<TopicPartition> partitions, Map<TopicPartition, PartitionHistory> histories) {
        this.id = id;
        this.partitions = partitions;
        this.histories = histories;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "client.id", "writer-" + id,
                        "compression.type",
                                List.of("none", "lz4", "zstd", "gzip", "snappy").get(id % 5),
                        "linger.ms", id % 2 == 0 ? 0 : 5,
                        "delivery.timeout.ms", 180_000,
                        "request.timeout.ms", 10_000,
                        "reconnect.backoff.ms", 20,
                        "reconnect.backoff.max.ms", 200,
                        "retry.backoff.max.ms", 200),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void run() {
        for (int i = 0; !stopping; i++) {
            inFlight.acquireUninterruptibly();
            send(partitions.get(i % partitions.size()));
            if (i % BURST == 0) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        producer.close();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of it.
    private void send(TopicPartition partition) {
        PartitionHistory history = histories.get(partition);
        if (history == null) {
            throw new IllegalStateException("no history of " + partition);
        }
        Item item = new Item(id, history.next(id));
        byte[] value = Payload.of(id, partition.partition(), item.number());
        producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, value), (metadata, e) -> {
            if (e == null) {
                history.acknowledge(item, metadata.offset());
                acknowledged.incrementAndGet();
            } else {
                history.fail(item);
                failed.incrementAndGet();
            }
            inFlight.release();
        });
    }

    /** Lets {@link #run} end as soon as all that is under way is acknowledged. */
    void stop() {
        stopping = true;
    }

    /** Stops at once, whatever is under way. */
    void abandon() {
        stopping = true;
        producer.close(Duration.ZERO);
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long failed() {
        return failed.get();
    }
}
