package io.weir.bench.soak;

import io.weir.bench.soak.Problems.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/** Reads a partition from its start to its end, old records too, and looks whether every one is there, once and whole. */
final class Audit {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long BOUND_MS = 60_000;

    private final String bootstrap;
    private final Ledger ledger;
    private final Problems problems;
    private final Time time;

    Audit(String bootstrap, Ledger ledger, Problems problems, Time time) {
        this.bootstrap = bootstrap;
        this.ledger = ledger;
        this.problems = problems;
        this.time = time;
    }

    /** @return how many records there were; none when the node went away meanwhile */
    Optional<Long> read(TopicPartition partition, boolean mayExpire) {
        long acknowledged = ledger.acknowledged(partition);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            long next = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            if (end < acknowledged) {
                problems.add(
                        Kind.LOSS, partition + " ends at " + end + ", " + acknowledged + " records were acknowledged");
            }
            consumer.seek(partition, next);
            long count = 0;
            long deadline = time.milliseconds() + BOUND_MS;
            while (next < end && time.milliseconds() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() != next && !mayExpire) {
                        problems.add(
                                record.offset() > next ? Kind.LOSS : Kind.DUPLICATE,
                                "a reader of " + partition + " got " + record.offset() + " for " + next);
                    }
                    ledger.check(partition, record.offset(), record.value(), "a reader");
                    next = record.offset() + 1;
                    count++;
                }
            }
            return next >= end ? Optional.of(count) : Optional.empty();
        } catch (KafkaException e) {
            return Optional.empty(); // The node went away for longer than a reader waits.
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "earliest",
                        "default.api.timeout.ms",
                        15_000,
                        "reconnect.backoff.max.ms",
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
