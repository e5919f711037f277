package io.weir.controller.balance;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * One batch of partitions changes its owners at a time: the next may follow when all nodes act by what the one before has
 * changed, so that each partition stands still for no longer than its own batch takes. The first one is small, for a process
 * that has just started does everything for the first time; then they grow for as long as each takes but a moment. One
 * thread.
 */
final class Pace {
    /** A node that takes longer must not keep others waiting. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Whoever has not taken partitions for so long, as after its start, begins with few again. */
    private static final Duration COLD = Duration.ofSeconds(3);

    /** A batch that was done so soon may be followed by a larger one. */
    private static final Duration SHORT = Duration.ofMillis(600);

    /** One that took longer was too large. */
    private static final Duration LONG = Duration.ofMillis(900);

    private static final int FIRST = 32;

    /** How long fewer take does not depend on their number. */
    private static final int FEW = 64;

    private static final long NOT_YET = -1;

    private final OwnerReports reports;
    private final Map<TopicPartition, Integer> ownersBefore = new HashMap<>();
    private int size = FIRST;
    private boolean begun;
    private long sentNanos;
    private long shownAt = NOT_YET;

    Pace(OwnerReports reports) {
        this.reports = reports;
    }

    /** How many may change next. */
    int size(int most, long nowNanos) {
        if (!begun || nowNanos - sentNanos > COLD.toNanos()) {
            size = FIRST;
        }
        return Math.min(most, size);
    }

    /** These are about to get other owners than they have in the image. */
    void sent(Collection<TopicPartition> partitions, MetadataImage image, long nowNanos) {
        begun = true;
        size = partitions.size();
        ownersBefore.clear();
        for (TopicPartition partition : partitions) {
            PartitionRegistration known = registration(image, partition);
            if (known != null) {
                ownersBefore.put(partition, known.leader);
            }
        }
        shownAt = NOT_YET;
        sentNanos = nowNanos;
    }

    /** Nothing, or not all, came of it. */
    void failed() {
        ownersBefore.clear();
    }

    /** Whether more may change. */
    boolean isSettled(MetadataImage image, long nowNanos) {
        long tookNanos = nowNanos - sentNanos;
        if (!ownersBefore.isEmpty() && (tookNanos > LIMIT.toNanos() || allActBy(image))) {
            ownersBefore.clear();
            if (tookNanos < SHORT.toNanos()) {
                size *= size < FEW ? 4 : 2;
            } else if (tookNanos > LONG.toNanos()) {
                size = Math.max(FIRST, size / 2);
            }
        }
        return ownersBefore.isEmpty();
    }

    private boolean allActBy(MetadataImage image) {
        if (shownAt == NOT_YET) {
            if (ownersBefore.entrySet().stream().anyMatch(entry -> isOwner(image, entry.getKey(), entry.getValue()))) {
                return false;
            }
            shownAt = image.highestOffsetAndEpoch().offset();
        }
        for (BrokerRegistration node : image.cluster().brokers().values()) {
            OptionalLong applied = reports.appliedOffset(node);
            if (!node.fenced() && applied.isPresent() && applied.getAsLong() < shownAt) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOwner(MetadataImage image, TopicPartition partition, int node) {
        PartitionRegistration known = registration(image, partition);
        return known != null && known.leader == node;
    }

    private static @Nullable PartitionRegistration registration(MetadataImage image, TopicPartition partition) {
        TopicImage topic = image.topics().getTopic(partition.topic());
        return topic == null ? null : topic.partitions().get(partition.partition());
    }
}
