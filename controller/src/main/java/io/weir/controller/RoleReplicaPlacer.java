package io.weir.controller;

import io.weir.metadata.node.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.ReplicaPlacer;
import org.apache.kafka.metadata.placement.TopicAssignment;
import org.apache.kafka.metadata.placement.UsableBroker;

/**
 * Chooses the nodes that may own each partition: live ones of the right role, at most three, whatever number was
 * asked for; preferred owners in turn, the others in racks of their own where there are enough. Controller thread.
 */
final class RoleReplicaPlacer implements ReplicaPlacer {
    /**
     * Kafka's own bound of one request. Its controller adds up what is asked for in 32 bits, so that two topics of 2^31-1
     * partitions pass, and does not look at all when partitions are added.
     */
    static final int MAX_PARTITIONS = 10_000;

    private final IntFunction<Optional<Set<Role>>> roles;
    private final RandomGenerator random;

    /** @param roles of a node; empty when they are not known yet */
    RoleReplicaPlacer(IntFunction<Optional<Set<Role>>> roles, RandomGenerator random) {
        this.roles = roles;
        this.random = random;
    }

    @Override
    public TopicAssignment place(PlacementSpec placement, ClusterDescriber cluster) {
        if (placement.numPartitions() > MAX_PARTITIONS) {
            throw new PolicyViolationException(
                    placement.numPartitions() + " partitions are too many for one request: at most " + MAX_PARTITIONS
                            + " are made at once, more by adding to the topic.");
        }
        List<UsableBroker> order = alternateRacks(candidates(Placement.ofCode(placement.numReplicas()), cluster));
        int start = random.nextInt(order.size());
        List<PartitionAssignment> assignments = new ArrayList<>(placement.numPartitions());
        for (int i = 0; i < placement.numPartitions(); i++) {
            assignments.add(new PartitionAssignment(chosen(order, start + i, i / order.size()), cluster));
        }
        return new TopicAssignment(assignments);
    }

    private List<UsableBroker> candidates(Placement placement, ClusterDescriber cluster) {
        List<UsableBroker> ofRole = new ArrayList<>();
        List<UsableBroker> unknown = new ArrayList<>();
        cluster.usableBrokers().forEachRemaining(node -> {
            if (!node.fenced()) {
                Optional<Set<Role>> known = roles.apply(node.id());
                if (known.isEmpty()) {
                    unknown.add(node);
                } else if (known.get().contains(placement.role())) {
                    ofRole.add(node);
                }
            }
        });
        List<UsableBroker> found = ofRole.isEmpty() ? unknown : ofRole;
        if (found.isEmpty()) {
            throw new InvalidReplicationFactorException(
                    "No live node has the role " + placement.role() + ": all are fenced, or none was started.");
        }
        return found;
    }

    /** Neighbours in the result are of different racks as long as that is possible. */
    private static List<UsableBroker> alternateRacks(List<UsableBroker> nodes) {
        nodes.sort(Comparator.comparingInt(UsableBroker::id));
        Map<String, Deque<UsableBroker>> byRack = new LinkedHashMap<>();
        nodes.forEach(node -> byRack.computeIfAbsent(node.rack().orElse(""), rack -> new ArrayDeque<>())
                .add(node));
        List<UsableBroker> order = new ArrayList<>(nodes.size());
        while (order.size() < nodes.size()) {
            byRack.values().stream().filter(rack -> !rack.isEmpty()).forEach(rack -> order.add(rack.remove()));
        }
        return order;
    }

    /** The preferred owner at {@code first}, then others behind it, of new racks first. */
    private static List<Integer> chosen(List<UsableBroker> order, int first, int shift) {
        int nodes = order.size();
        List<UsableBroker> behind = new ArrayList<>(nodes);
        UsableBroker owner = order.get(first % nodes);
        for (int i = 0; i < nodes - 1; i++) {
            behind.add(order.get((first + 1 + (i + shift) % (nodes - 1)) % nodes));
        }
        List<Integer> chosen = new ArrayList<>();
        Set<Optional<String>> racks = new HashSet<>();
        chosen.add(owner.id());
        racks.add(owner.rack());
        for (boolean newRacksOnly : new boolean[] {true, false}) {
            for (UsableBroker node : behind) {
                if (chosen.size() < Placement.CANDIDATES
                        && !chosen.contains(node.id())
                        && (!newRacksOnly || racks.add(node.rack()))) {
                    chosen.add(node.id());
                }
            }
        }
        return chosen;
    }
}
