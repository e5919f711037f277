package io.weir.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Producers with their default settings that send to all partitions of a topic in turn at a fixed rate, whatever happens
 * to the servers, and note when each record was acknowledged. A record's wait is counted from the moment at which it was
 * due, so that a producer that is kept from sending hides nothing. Has a thread of its own for each producer; to be used
 * by one thread.
 */
public final class SteadyLoad implements AutoCloseable {
    private static final Duration END_BOUND = Duration.ofMinutes(3);
    private static final int LOOK_AGAIN_MS = 5;

    private final String topic;
    private final int partitions;
    private final double rateEach;
    private final Payloads payloads;
    private final Time time;
    private final Latencies latencies = new Latencies();
    /** By partition, in nanoseconds: the longest wait, and when the first record that was due after the mark was there. */
    private final AtomicLongArray longest;

    /** By partition: when the record of its longest wait was due. */
    private final AtomicLongArray longestDue;

    private final AtomicLongArray firstSinceMark;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> firstError = new AtomicReference<>();
    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long markNanos;
    private volatile boolean stopped;

    /**
     * Begins to send.
     *
     * @param producers each has its share of the partitions
     * @param rate records a second, over all of them
     */
    public SteadyLoad(
            Clients clients, String topic, int partitions, int producers, int rate, Payloads payloads, Time time) {
        this.topic = topic;
        this.partitions = partitions;
        this.rateEach = (double) rate / producers;
        this.payloads = payloads;
        this.time = time;
        this.longest = new AtomicLongArray(partitions);
        this.longestDue = new AtomicLongArray(partitions);
        this.firstSinceMark = new AtomicLongArray(partitions);
        for (int producer = 0; producer < producers; producer++) {
            int first = producer;
            KafkaProducer<byte[], byte[]> client = clients.defaultProducer();
            this.producers.add(client);
            threads.add(Thread.ofPlatform().name("load-" + producer).start(() -> send(client, first, producers)));
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int first, int step) {
        Pace pace = new Pace(time, rateEach);
        int partition = first;
        try {
            for (long number = 0; !stopped; number++) {
                long moment = pace.await(number);
                int to = partition;
                var _ = producer.send(
                        new ProducerRecord<>(topic, to, null, payloads.of(number)),
                        (metadata, exception) -> answered(to, moment, exception));
                partition += step;
                partition = partition < partitions ? partition : first;
            }
        } catch (RuntimeException e) {
            errors.incrementAndGet();
            firstError.compareAndSet(null, e);
        }
    }

    private void answered(int partition, long moment, @Nullable Exception exception) {
        if (exception != null) {
            errors.incrementAndGet();
            firstError.compareAndSet(null, exception);
            return;
        }
        long now = time.nanoseconds();
        acknowledged.incrementAndGet();
        latencies.record(now - moment);
        // One producer answers for a partition: nobody else writes these.
        if (now - moment > longest.get(partition)) {
            longest.set(partition, now - moment);
            longestDue.set(partition, moment);
        }
        if (moment - markNanos >= 0) {
            firstSinceMark.compareAndSet(partition, 0, now - markNanos);
        }
    }

    /** Forgets what came before: from now on it counts. Returns the moment. */
    public long mark() {
        markNanos = time.nanoseconds();
        for (int partition = 0; partition < partitions; partition++) {
            longest.set(partition, 0);
            firstSinceMark.set(partition, 0);
        }
        latencies.reset();
        return markNanos;
    }

    /** In how many partitions a record that was due after the mark has been acknowledged. */
    public int served() {
        return (int) IntStream.range(0, partitions)
                .filter(partition -> firstSinceMark.get(partition) > 0)
                .count();
    }

    /**
     * Waits until that has happened in all of them.
     *
     * @param progress told their number now and then
     * @throws IOException when it does not within the bound
     */
    public void awaitAllServed(Duration bound, IntConsumer progress) throws IOException {
        long deadline = time.milliseconds() + bound.toMillis();
        int served = served();
        while (served < partitions) {
            progress.accept(served);
            if (time.milliseconds() > deadline) {
                throw new IOException("only " + served + " of " + partitions + " partitions took a record within "
                        + bound.toSeconds() + " s" + because());
            }
            time.sleep(LOOK_AGAIN_MS);
            served = served();
        }
    }

    /**
     * When that happened, in seconds after the mark, for those partitions: sorted.
     *
     * @param which numbers of partitions, all of which have been served
     */
    public List<Double> servedAfter(List<Integer> which) {
        return which.stream()
                .map(partition -> firstSinceMark.get(partition) / 1e9)
                .sorted()
                .toList();
    }

    /** The longest wait of a record of any partition since the mark, in milliseconds. */
    public double longestMs() {
        return IntStream.range(0, partitions).mapToLong(longest::get).max().orElse(0) / 1e6;
    }

    /** Where and when that was, for somebody who wants to find out why. */
    public String whereLongest() {
        int partition = IntStream.range(0, partitions)
                .boxed()
                .max(Comparator.comparingLong(longest::get))
                .orElse(0);
        Instant due =
                Instant.ofEpochMilli(time.milliseconds()).minusNanos(time.nanoseconds() - longestDue.get(partition));
        return "longest pause " + longest.get(partition) / 1_000_000 + " ms, of partition " + partition + ", from "
                + due.truncatedTo(ChronoUnit.MILLIS);
    }

    /** In how many partitions a record waited for longer than this. */
    public int longerThan(Duration wait) {
        return (int) IntStream.range(0, partitions)
                .filter(partition -> longest.get(partition) > wait.toNanos())
                .count();
    }

    /** Of all records since the mark. */
    public Latencies latencies() {
        return latencies;
    }

    /** Records that were acknowledged, all in all. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** What the application was told of as failed, all in all. */
    public int errors() {
        return errors.get();
    }

    /** The first of them, as an end of a sentence; empty when there was none. */
    public String because() {
        Exception first = firstError.get();
        return first == null ? "" : "; first error: " + first;
    }

    /**
     * Sends no more and waits until everything is answered.
     *
     * @throws IOException when a thread does not end
     */
    public void stop() throws IOException, InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            if (!thread.join(END_BOUND)) {
                throw new IOException("a producer cannot send any more" + because());
            }
        }
        producers.forEach(KafkaProducer::flush);
    }

    /** What is not answered yet is given up. */
    @Override
    public void close() {
        stopped = true;
        producers.forEach(producer -> producer.close(Duration.ZERO));
    }
}
