package io.weir.bench.load;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to one topic and keeps count of what was acknowledged. Sending is for one thread; counts may be read by
 * any.
 */
public final class Sender implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Payloads payloads;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long sent;

    /** @param producer is closed with this */
    public Sender(KafkaProducer<byte[], byte[]> producer, String topic, Payloads payloads) {
        this.producer = producer;
        this.topic = topic;
        this.payloads = payloads;
    }

    /** Hands one over to the producer, to the partition that the producer chooses. Blocks while its buffer is full. */
    public void send() throws IOException {
        send(null, payloads.of(sent), () -> {});
    }

    /**
     * The same to one partition.
     *
     * @param acknowledged run by the producer's thread
     */
    public void send(int partition, Runnable acknowledged) throws IOException {
        send(partition, payloads.of(sent), acknowledged);
    }

    /**
     * Sends a record that carries a moment.
     *
     * @param partition or null for the producer's choice
     * @param acknowledged run by the producer's thread
     */
    public void send(@Nullable Integer partition, long momentNanos, Runnable acknowledged) throws IOException {
        send(partition, payloads.stamped(sent, momentNanos), acknowledged);
    }

    private void send(@Nullable Integer partition, byte[] value, Runnable listener) throws IOException {
        failIfRefused();
        sent++;
        var _ = producer.send(new ProducerRecord<>(topic, partition, null, value), (metadata, exception) -> {
            if (exception == null) {
                acknowledged.incrementAndGet();
                listener.run();
            } else {
                failure.compareAndSet(null, exception);
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
        failIfRefused();
    }

    private void failIfRefused() throws IOException {
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
