package io.weir.bench.soak;

import io.weir.bench.load.Pace;
import io.weir.bench.soak.Problems.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;

/**
 * An idempotent producer with minutes of patience that feeds its partitions in turn, at a pace. What falls due while the
 * node is away follows when it is back. One thread of its own.
 */
final class Feeder implements Runnable {
    private static final int IN_FLIGHT = 4_000;
    private static final int PATIENCE_MS = 600_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<TopicPartition> partitions;
    private final Ledger ledger;
    private final Problems problems;
    private final double perSecond;
    private final Time time;
    private final LongConsumer latency;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private volatile boolean stopping;

    /**
     * @param latency told how many nanoseconds each record took from its moment to its acknowledgement
     * @param lingerMs as the producer has it
     */
    Feeder(
            String bootstrap,
            String codec,
            int lingerMs,
            List<TopicPartition> partitions,
            double perSecond,
            Ledger ledger,
            Problems problems,
            Time time,
            LongConsumer latency) {
        this.partitions = List.copyOf(partitions);
        this.perSecond = perSecond;
        this.ledger = ledger;
        this.problems = problems;
        this.time = time;
        this.latency = latency;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "compression.type", codec,
                        "linger.ms", lingerMs,
                        "delivery.timeout.ms", PATIENCE_MS,
                        "max.block.ms", PATIENCE_MS,
                        "request.timeout.ms", 15_000,
                        "reconnect.backoff.max.ms", 500),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void run() {
        Pace pace = new Pace(time, perSecond);
        for (long i = 0; !stopping; i++) {
            long moment = pace.await(i);
            inFlight.acquireUninterruptibly();
            send(partitions.get((int) (i % partitions.size())), i / partitions.size(), moment);
        }
        producer.close();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of it.
    private void send(TopicPartition to, long number, long moment) {
        byte[] value = Numbered.value(number, SoakPlan.RECORD_BYTES);
        producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, value), (where, failure) -> {
            inFlight.release();
            if (failure == null) {
                latency.accept(time.nanoseconds() - moment);
                ledger.acknowledged(to, number, where.offset());
            } else {
                problems.add(Kind.SEND_FAILED, "record " + number + " of " + to + ": " + failure);
            }
        });
    }

    /** Lets {@link #run} end when all that it sent is acknowledged. */
    void stop() {
        stopping = true;
    }
}
