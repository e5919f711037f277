package io.weir.compat.hostile;

import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A stock idempotent producer that sends 0, 1, 2 and so on to one partition, whatever happens, on a thread of its own,
 * and knows how many were acknowledged. Closing stops it.
 */
final class Numbers implements AutoCloseable {
    private static final long PAUSE_NANOS = 500_000;

    private final KafkaProducer<String, String> producer;
    private final TopicPartition partition;
    private final String filling;
    private final Semaphore inFlight = new Semaphore(2_000);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final ConcurrentLinkedQueue<Exception> errors = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile int sent;

    /** @param sizeBytes about how large each record is */
    Numbers(KafkaProducer<String, String> producer, TopicPartition partition, int sizeBytes) {
        this.producer = producer;
        this.partition = partition;
        this.filling = ":" + "x".repeat(sizeBytes);
        this.thread = Thread.ofPlatform().daemon().name("numbers").start(this::run);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of it.
    private void run() {
        for (int i = 0; !stopping; i++) {
            if (!acquired()) {
                return;
            }
            producer.send(
                    new ProducerRecord<>(partition.topic(), partition.partition(), null, i + filling), (where, e) -> {
                        if (e == null) {
                            acknowledged.incrementAndGet();
                        } else {
                            errors.add(e);
                        }
                        inFlight.release();
                    });
            sent = i + 1;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean acquired() {
        try {
            inFlight.acquire();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /** What senders were told that was no acknowledgement. */
    List<Exception> errors() {
        return List.copyOf(errors);
    }

    /** Waits until so many more have been acknowledged. */
    void awaitMore(int count) {
        int before = acknowledged();
        Await.until(count + " more acknowledgements after " + before, () -> acknowledged() >= before + count);
    }

    /** Stops sending and waits until everything that was sent is acknowledged. Returns how many that is. */
    int finish() throws InterruptedException {
        close();
        thread.join(Await.BOUND);
        producer.flush();
        return sent;
    }

    /** Returns the first {@code count} numbers of the partition as a new consumer reads them. */
    static List<Integer> read(Cluster cluster, TopicPartition partition, int count) {
        try (var consumer = cluster.consumer()) {
            List<Integer> numbers = new ArrayList<>();
            for (String value : Records.valuesOf(consumer, partition, count)) {
                numbers.add(Integer.parseInt(value.substring(0, value.indexOf(':'))));
            }
            return numbers;
        }
    }

    @Override
    public void close() {
        stopping = true;
        inFlight.release();
    }
}
