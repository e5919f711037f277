package io.weir.bench.load;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to one topic and keeps count of what was acknowledged. Sending is for one thread; counts may be read by
 * any.
 */
public final class Sender implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Payloads payloads;
    private final Time time;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /** @param producer is closed with this */
    public Sender(KafkaProducer<byte[], byte[]> producer, String topic, int recordSize, Time time) {
        this.producer = producer;
        this.topic = topic;
        this.payloads = new Payloads(recordSize);
        this.time = time;
    }

    /** Hands one over to the producer, to the partition that the producer chooses. Blocks while its buffer is full. */
    public void send() throws IOException {
        send(null, payloads.next(), null, 0);
    }

    /** The same to partition {@code partition}. */
    public void send(int partition) throws IOException {
        send(partition, payloads.next(), null, 0);
    }

    /**
     * Sends a record whose moment was {@code momentNanos}, and carries that moment in its value.
     *
     * @param partition or null for the producer's choice
     * @param latencies gets the time from that moment to the acknowledgement
     */
    public void send(@Nullable Integer partition, long momentNanos, @Nullable Latencies latencies) throws IOException {
        send(partition, payloads.stamped(momentNanos), latencies, momentNanos);
    }

    private void send(@Nullable Integer partition, byte[] value, @Nullable Latencies latencies, long momentNanos)
            throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a record was refused: " + failed, failed);
        }
        producer.send(new ProducerRecord<>(topic, partition, null, value), (metadata, exception) -> {
            if (exception != null) {
                failure.compareAndSet(null, exception);
                return;
            }
            acknowledged.incrementAndGet();
            if (latencies != null) {
                latencies.record(time.nanoseconds() - momentNanos);
            }
        });
    }

    /** Records that are durable by the server's word. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /**
     * Waits until everything is acknowledged.
     *
     * @throws IOException when something was refused
     */
    public void flush() throws IOException {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a record was refused: " + failed, failed);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
