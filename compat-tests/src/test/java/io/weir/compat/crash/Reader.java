package io.weir.compat.crash;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a group that goes on through crashes, and commits after each poll what it was given. */
final class Reader implements Runnable {
    private static final String POSITION_UNDER_VALIDATION =
            "Cannot set a new position without a valid current position";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, PartitionHistory> histories;
    private final ConcurrentMap<TopicPartition, Long> committed;
    private volatile boolean stopping;
    private final AtomicLong failedCommits = new AtomicLong();

    /**
     * Makes a member.
     *
     * @param committed where each acknowledged commit is noted, shared by the members of the group
     */
    Reader(
            String bootstrap,
            String group,
            String protocol,
            List<String> topics,
            Map<TopicPartition, PartitionHistory> histories,
            ConcurrentMap<TopicPartition, Long> committed) {
        this.histories = histories;
        this.committed = committed;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        group,
                        "group.protocol",
                        protocol,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "default.api.timeout.ms",
                        10_000,
                        "reconnect.backoff.ms",
                        20,
                        "reconnect.backoff.max.ms",
                        200,
                        "retry.backoff.max.ms",
                        200),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(topics);
    }

    @Override
    public void run() {
        while (!stopping) {
            ConsumerRecords<byte[], byte[]> records = poll();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (var record : records) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                PartitionHistory history = histories.get(partition);
                if (history != null) {
                    history.deliver(Payload.read(record.partition(), record.value()), record.offset());
                    offsets.put(partition, new OffsetAndMetadata(record.offset() + 1));
                }
            }
            commit(offsets);
        }
        consumer.close();
    }

    /**
     * The client of the consumer protocol hands records over on one thread and looks for new leaders on another: an epoch
     * that changes just then makes it refuse its own position (KAFKA-17066 and KAFKA-19589 tell of the like). It keeps the
     * position that it had and fetches anew; whether it leaves anything out the histories see.
     */
    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(Duration.ofMillis(200));
        } catch (IllegalStateException e) {
            if (!POSITION_UNDER_VALIDATION.equals(e.getMessage())) {
                throw e;
            }
            return ConsumerRecords.empty();
        }
    }

    /** A commit that fails may have happened or not: only those that succeed are noted. */
    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, offset) -> committed.merge(partition, offset.offset(), Math::max));
        } catch (KafkaException e) {
            failedCommits.incrementAndGet();
        }
    }

    void stop() {
        stopping = true;
    }

    long failedCommits() {
        return failedCommits.get();
    }
}
