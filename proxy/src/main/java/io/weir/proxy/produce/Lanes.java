package io.weir.proxy.produce;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsImage;
import org.jspecify.annotations.Nullable;

/** The lanes of all partitions that records were sent to. Finding one allocates nothing. Any thread. */
final class Lanes {
    private static final int SPARE_TOPICS = 64;

    private final ConcurrentHashMap<Uuid, AtomicReferenceArray<@Nullable Lane>> topics = new ConcurrentHashMap<>();

    /** The partition's lane, made if need be. */
    Lane of(TopicImage topic, int partition, TopicsImage known) {
        AtomicReferenceArray<@Nullable Lane> lanes = topics.get(topic.id());
        if (lanes == null || partition >= lanes.length()) {
            lanes = grown(topic, known);
        }
        Lane lane = lanes.get(partition);
        if (lane != null) {
            return lane;
        }
        Lane made = new Lane(topic.id(), partition);
        return lanes.compareAndSet(partition, null, made) ? made : of(topic, partition, known);
    }

    private synchronized AtomicReferenceArray<@Nullable Lane> grown(TopicImage topic, TopicsImage known) {
        int size = topic.partitions().size();
        AtomicReferenceArray<@Nullable Lane> before = topics.get(topic.id());
        if (before != null && before.length() >= size) {
            return before;
        }
        if (topics.size() > 2 * known.topicsById().size() + SPARE_TOPICS) {
            topics.entrySet().removeIf(entry -> known.getTopic(entry.getKey()) == null && isIdle(entry.getValue()));
        }
        AtomicReferenceArray<@Nullable Lane> lanes = new AtomicReferenceArray<>(size);
        for (int i = 0; before != null && i < before.length(); i++) {
            // Fixed before it is copied: nobody makes another one in the old array meanwhile.
            before.compareAndSet(i, null, new Lane(topic.id(), i));
            lanes.set(i, before.get(i));
        }
        topics.put(topic.id(), lanes);
        return lanes;
    }

    private static boolean isIdle(AtomicReferenceArray<@Nullable Lane> lanes) {
        for (int i = 0; i < lanes.length(); i++) {
            Lane lane = lanes.get(i);
            if (lane != null && !lane.isIdle()) {
                return false;
            }
        }
        return true;
    }
}
