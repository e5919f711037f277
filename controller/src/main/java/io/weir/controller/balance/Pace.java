package io.weir.controller.balance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
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
 * A batch of partitions changes its owners at a time. It is done when all nodes act by what it has changed, and each of its
 * partitions stands still for as long as that takes. The first one is small, for a process that has just started does
 * everything for the first time; then they grow for as long as each takes but a moment. The next may follow when the one
 * before is done, and once they are large, when that one is half done: while an owner writes what it gives away, the next
 * one opens what it was given before. One thread.
 */
final class Pace {
    /** A node that takes longer must not keep others waiting. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Whoever has not taken partitions for so long, as after its start, begins with few again. */
    private static final Duration COLD = Duration.ofSeconds(3);

    /** A batch that was done so soon may be followed by a larger one. */
    private static final Duration SHORT = Duration.ofMillis(900);

    /** One that took longer was too large. */
    private static final Duration LONG = Duration.ofMillis(1_200);

    private static final int FIRST = 32;

    /** How long fewer take does not depend on their number. */
    private static final int FEW = 64;

    private static final int AT_ONCE = 2;

    private static final long NOT_YET = -1;

    private final OwnerReports reports;
    private final Deque<Batch> underWay = new ArrayDeque<>();
    private int size = FIRST;
    private boolean begun;
    private long sentNanos;
    private long tookNanos;

    /** One that has been sent and is not done. */
    private static final class Batch {
        private final Map<TopicPartition, Integer> ownersBefore = new HashMap<>();
        private final int size;
        private final long sentNanos;
        private long shownAt = NOT_YET;

        Batch(Collection<TopicPartition> partitions, MetadataImage image, long nowNanos) {
            for (TopicPartition partition : partitions) {
                PartitionRegistration known = registration(image, partition);
                if (known != null) {
                    ownersBefore.put(partition, known.leader);
                }
            }
            this.size = partitions.size();
            this.sentNanos = nowNanos;
        }

        /** Whether the image has all that the batch changes. */
        boolean isShown(MetadataImage image) {
            if (shownAt == NOT_YET
                    && ownersBefore.entrySet().stream()
                            .noneMatch(entry -> isOwner(image, entry.getKey(), entry.getValue()))) {
                shownAt = image.highestOffsetAndEpoch().offset();
            }
            return shownAt != NOT_YET;
        }
    }

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
        sentNanos = nowNanos;
        Batch batch = new Batch(partitions, image, nowNanos);
        if (!batch.ownersBefore.isEmpty()) {
            underWay.add(batch);
        }
    }

    /** Nothing, or not all, came of the last one. */
    void failed() {
        underWay.pollLast();
    }

    /** Whether more may change. */
    boolean mayContinue(MetadataImage image, long nowNanos) {
        underWay.removeIf(batch -> {
            long took = nowNanos - batch.sentNanos;
            boolean done = took > LIMIT.toNanos() || allActBy(batch, image);
            if (done) {
                learn(batch.size, took);
            }
            return done;
        });
        Batch last = underWay.peekLast();
        return last == null
                || (underWay.size() < AT_ONCE
                        && last.size > FEW
                        && last.isShown(image)
                        && nowNanos - last.sentNanos >= tookNanos / AT_ONCE);
    }

    /** Whether nothing is under way, as far as {@link #mayContinue} has seen. */
    boolean isIdle() {
        return underWay.isEmpty();
    }

    private void learn(int sent, long took) {
        tookNanos = took;
        if (took < SHORT.toNanos()) {
            size = Math.max(size, sent < FEW ? sent * 4 : sent * 2);
        } else if (took > LONG.toNanos()) {
            size = Math.max(FIRST, sent / 2);
        }
    }

    private boolean allActBy(Batch batch, MetadataImage image) {
        if (!batch.isShown(image)) {
            return false;
        }
        for (BrokerRegistration node : image.cluster().brokers().values()) {
            OptionalLong applied = reports.appliedOffset(node);
            if (!node.fenced() && applied.isPresent() && applied.getAsLong() < batch.shownAt) {
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
