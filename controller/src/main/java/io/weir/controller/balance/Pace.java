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
 * changed, so that each partition stands still for no longer than its own batch takes. The first ones are small: a process
 * that has just started does everything for the first time. One thread.
 */
final class Pace {
    /** A node that takes longer must not keep others waiting. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Whoever has not taken partitions for so long, as after its start, begins with few again. */
    private static final Duration COLD = Duration.ofSeconds(3);

    private static final int FIRST_PART = 16;
    private static final long NOT_YET = -1;

    private final OwnerReports reports;
    private final Map<TopicPartition, Integer> ownersBefore = new HashMap<>();
    private boolean warm;
    private int part = FIRST_PART;
    private long sentNanos;
    private long shownAt = NOT_YET;

    Pace(OwnerReports reports) {
        this.reports = reports;
    }

    /** How many of a batch may change next: a sixteenth of the first, then twice as many each time. */
    int share(int batch, long nowNanos) {
        if (!warm || nowNanos - sentNanos > COLD.toNanos()) {
            part = FIRST_PART;
        }
        return Math.max(1, batch / part);
    }

    /** These are about to get other owners than they have in the image. */
    void sent(Collection<TopicPartition> partitions, MetadataImage image, long nowNanos) {
        warm = true;
        part = Math.max(1, part / 2);
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
        if (!ownersBefore.isEmpty() && (nowNanos - sentNanos > LIMIT.toNanos() || allActBy(image))) {
            ownersBefore.clear();
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
