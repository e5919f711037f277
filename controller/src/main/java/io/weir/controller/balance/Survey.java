package io.weir.controller.balance;

import io.weir.controller.Placement;
import io.weir.metadata.node.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.metadata.Replicas;

/**
 * What one image says about the spread of partitions, and what a balancer remembers of earlier ones. One thread.
 */
final class Survey {
    /** After this long an image has surely shown what became of a request. */
    private static final Duration FORGET = Duration.ofSeconds(10);

    private final Map<TopicPartition, Long> leaderlessNanos = new HashMap<>();
    private final Map<TopicPartition, Sent> sent = new HashMap<>();

    /** What was asked of the controller about a partition and cannot be seen yet. */
    private record Sent(List<Integer> to, long nanos) {}

    // As of the image that was seen last.
    private final Map<Role, List<Slot>> slots = new EnumMap<>(Role.class);
    private final List<TopicPartition> strayed = new ArrayList<>();
    private final List<TopicPartition> leaderless = new ArrayList<>();
    private final List<TopicPartition> stuck = new ArrayList<>();
    private int moving;

    /** Every node that a partition of the image names as its candidate. */
    static Set<Integer> named(MetadataImage image) {
        Set<Integer> named = new HashSet<>();
        image.topics()
                .topicsById()
                .values()
                .forEach(topic -> topic.partitions()
                        .values()
                        .forEach(partition -> Arrays.stream(partition.replicas).forEach(named::add)));
        return named;
    }

    /** @param leaving nodes that are about to leave, to whom nothing is given back */
    void see(MetadataImage image, BalanceConfig config, Presences presences, Set<Integer> leaving, long nowNanos) {
        slots.clear();
        strayed.clear();
        leaderless.clear();
        stuck.clear();
        moving = 0;
        sent.values().removeIf(last -> nowNanos - last.nanos > FORGET.toNanos());
        Set<TopicPartition> seen = new HashSet<>();
        Set<Integer> gone = presences.unregisteredForGood(image.cluster(), nowNanos);
        for (TopicImage topic : image.topics().topicsById().values()) {
            List<Slot> ofRole = slots.computeIfAbsent(Placement.of(topic.name()).role(), role -> new ArrayList<>());
            topic.partitions().forEach((index, partition) -> {
                TopicPartition id = new TopicPartition(topic.name(), index);
                boolean orphaned = isOrphaned(id, partition, config.orphanGrace(), nowNanos);
                if (!partition.hasLeader()) {
                    seen.add(id);
                }
                classify(id, partition, image, gone, leaving);
                ofRole.add(new Slot(
                        topic.name(),
                        index,
                        candidates(id, partition),
                        partition.leader,
                        (isReassigning(partition) || sent.containsKey(id)) && !orphaned,
                        orphaned));
            });
        }
        leaderlessNanos.keySet().retainAll(seen);
    }

    private boolean isOrphaned(TopicPartition id, PartitionRegistration partition, Duration grace, long nowNanos) {
        if (partition.hasLeader()) {
            return false;
        }
        long since = leaderlessNanos.computeIfAbsent(id, key -> nowNanos);
        return nowNanos - since >= grace.toNanos();
    }

    private void classify(
            TopicPartition id,
            PartitionRegistration partition,
            MetadataImage image,
            Set<Integer> gone,
            Set<Integer> leaving) {
        if (isReassigning(partition)) {
            moving++;
            if (Arrays.stream(partition.addingReplicas).anyMatch(gone::contains)) {
                stuck.add(id);
            }
        }
        if (!partition.hasLeader()) {
            if (Arrays.stream(partition.replicas).anyMatch(replica -> isLive(image, replica))) {
                leaderless.add(id);
            }
            return;
        }
        int preferred = partition.preferredReplica();
        if (partition.leader != preferred
                && !isReassigning(partition)
                && Replicas.contains(partition.isr, preferred)
                && isLive(image, preferred)
                && !leaving.contains(preferred)) {
            strayed.add(id);
        }
    }

    /** Whether the node could own partitions. */
    static boolean isLive(MetadataImage image, int node) {
        BrokerRegistration registration = image.cluster().broker(node);
        return registration != null && !registration.fenced() && !registration.inControlledShutdown();
    }

    /** Whether the partition could be given to the node now. */
    static boolean mayOwn(MetadataImage image, TopicPartition partition, int node) {
        TopicImage topic = image.topics().getTopic(partition.topic());
        PartitionRegistration known = topic == null ? null : topic.partitions().get(partition.partition());
        return known != null && Replicas.contains(known.isr, node) && isLive(image, node);
    }

    private static boolean isReassigning(PartitionRegistration partition) {
        return partition.removingReplicas.length > 0 || partition.addingReplicas.length > 0;
    }

    private static List<Integer> target(PartitionRegistration partition) {
        return Replicas.toList(Replicas.copyWithout(partition.replicas, partition.removingReplicas));
    }

    /** Where it is, or is on its way to. */
    private List<Integer> candidates(TopicPartition id, PartitionRegistration partition) {
        List<Integer> target = target(partition);
        Sent last = sent.get(id);
        if (last != null && (isReassigning(partition) || last.to.equals(target))) {
            sent.remove(id);
            last = null;
        }
        return last == null ? target : last.to;
    }

    /** Remembers what is under way until an image shows it. */
    void sent(List<Move> moves, long nowNanos) {
        moves.forEach(move -> sent.put(
                new TopicPartition(move.slot().topic(), move.slot().partition()), new Sent(move.to(), nowNanos)));
    }

    /** Nothing came of it, as far as is known. */
    void failed(List<Move> moves) {
        moves.forEach(move ->
                sent.remove(new TopicPartition(move.slot().topic(), move.slot().partition())));
    }

    /** Partitions that nodes of the role may own. */
    List<Slot> slots(Role role) {
        return slots.getOrDefault(role, List.of());
    }

    /** Those that another than the preferred node owns, though that one could. */
    List<TopicPartition> strayed() {
        return strayed;
    }

    /** Those without an owner that have a live candidate. */
    List<TopicPartition> leaderless() {
        return leaderless;
    }

    /** Those on their way to a node that will not come back. */
    List<TopicPartition> stuck() {
        return stuck;
    }

    /** How many are being moved, by whomever. */
    int moving() {
        return moving;
    }

    /** Whether time alone may make something due. */
    boolean isWaiting() {
        return !leaderlessNanos.isEmpty() || !sent.isEmpty();
    }
}
