package io.weir.bench.soak;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a group: checks what it is given, and commits after each poll. One thread of its own. */
final class Member implements Runnable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String group;
    private final Ledger ledger;
    private final LongAdder failedCommits;
    private final KafkaConsumer<byte[], byte[]> consumer;
    /** Partitions that it was just given, with the offset at or behind which it has to begin. */
    private final Map<TopicPartition, Long> fresh = new HashMap<>();

    private volatile boolean stopping;
    private volatile boolean politely = true;

    Member(
            String bootstrap,
            String group,
            String protocol,
            List<String> topics,
            Ledger ledger,
            Runnable rebalanced,
            LongAdder failedCommits) {
        this.group = group;
        this.ledger = ledger;
        this.failedCommits = failedCommits;
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
                        15_000,
                        "reconnect.backoff.max.ms",
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(topics, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                partitions.forEach(fresh::remove);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                rebalanced.run();
                partitions.forEach(partition -> fresh.put(partition, ledger.committed(group, partition)));
            }
        });
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                for (var record : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    Long floor = fresh.remove(partition);
                    if (floor != null) {
                        ledger.began(group, partition, floor, record.offset());
                    }
                    ledger.delivered(group, partition, record.offset(), record.value());
                    offsets.put(partition, new OffsetAndMetadata(record.offset() + 1));
                }
                commit(offsets);
            }
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(
                            politely ? GroupMembershipOperation.DEFAULT : GroupMembershipOperation.REMAIN_IN_GROUP));
        }
    }

    /** One that fails may have happened or not; the next one covers it. */
    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, offset) -> ledger.committed(group, partition, offset.offset()));
        } catch (KafkaException e) {
            failedCommits.increment();
        }
    }

    /** @param leave says good-bye to its group; else it just falls silent */
    void stop(boolean leave) {
        politely = leave;
        stopping = true;
    }
}
