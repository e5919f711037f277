package io.weir.server.wiring;

import io.weir.metadata.node.Role;
import io.weir.server.settings.WeirSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/** The cluster as this node's newest image shows it: {@code /api/cluster}. Pure. */
final class ClusterDocument {
    /** Named in full; of more only the number is told. */
    private static final int MAX_NAMED = 1_000;

    private final MetadataImage image;
    private final Map<Integer, Integer> leaders = new HashMap<>();
    private final Map<Integer, Integer> candidates = new HashMap<>();
    private final List<String> withoutOwner = new ArrayList<>();
    private long partitions;
    private long ownerless;
    private long outOfSync;

    private ClusterDocument(MetadataImage image) {
        this.image = image;
        image.topics().topicsByName().values().forEach(this::count);
    }

    /**
     * As it is shown, in the order in which it is shown.
     *
     * @param controller that decides now, as far as this node knows
     */
    static Map<String, @Nullable Object> of(
            WeirSettings settings, String clusterId, Optional<Integer> controller, MetadataImage image) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("clusterId", clusterId);
        document.put("nodeId", settings.nodeId());
        document.put("store", settings.store());
        document.put("controller", controller.orElse(null));
        document.put(
                "voters",
                settings.cluster().voters().stream().map(voter -> voter.id()).toList());
        new ClusterDocument(image).write(document);
        return document;
    }

    private void write(Map<String, @Nullable Object> document) {
        document.put("metadataOffset", image.highestOffsetAndEpoch().offset());
        document.put("topics", image.topics().topicsById().size());
        document.put("partitions", partitions);
        document.put("partitionsWithoutOwner", ownerless);
        document.put("withoutOwner", withoutOwner);
        document.put("outOfSync", outOfSync);
        document.put("balance", balance());
        document.put(
                "nodes",
                new TreeMap<>(image.cluster().brokers())
                        .values().stream().map(this::node).toList());
    }

    private void count(TopicImage topic) {
        topic.partitions().forEach((number, partition) -> {
            partitions++;
            for (int replica : partition.replicas) {
                candidates.merge(replica, 1, Integer::sum);
            }
            if (partition.leader >= 0) {
                leaders.merge(partition.leader, 1, Integer::sum);
            } else {
                ownerless++;
                if (withoutOwner.size() < MAX_NAMED) {
                    withoutOwner.add(topic.name() + "-" + number);
                }
            }
            outOfSync += lacksLiving(partition) ? 1 : 0;
        });
    }

    /** Whether a candidate that is alive may not be elected: it should be put back at once. */
    private boolean lacksLiving(PartitionRegistration partition) {
        Set<Integer> inSync = new HashSet<>();
        for (int member : partition.isr) {
            inSync.add(member);
        }
        for (int replica : partition.replicas) {
            BrokerRegistration node = image.cluster().broker(replica);
            if (node != null && !node.fenced() && !node.inControlledShutdown() && !inSync.contains(replica)) {
                return true;
            }
        }
        return false;
    }

    private Map<String, @Nullable Object> node(BrokerRegistration node) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("id", node.id());
        row.put("roles", Role.of(node).stream().map(ClusterDocument::word).toList());
        row.put("rack", node.rack().orElse(null));
        row.put("state", node.fenced() ? "fenced" : node.inControlledShutdown() ? "leaving" : "alive");
        row.put("epoch", node.epoch());
        row.put("leaders", leaders.getOrDefault(node.id(), 0));
        row.put("candidate", candidates.getOrDefault(node.id(), 0));
        Map<String, String> listeners = new TreeMap<>();
        node.listeners().forEach((name, endpoint) -> listeners.put(name, endpoint.host() + ":" + endpoint.port()));
        row.put("listeners", listeners);
        return row;
    }

    /** The most and the fewest partitions that a living node of a role owns, of those that the role is for. */
    private Map<String, Object> balance() {
        Map<String, Object> balance = new LinkedHashMap<>();
        for (Role role : List.of(Role.BROKER, Role.COORDINATOR)) {
            Map<Integer, Integer> owned = new HashMap<>();
            image.cluster().brokers().values().stream()
                    .filter(node -> !node.fenced() && Role.of(node).contains(role))
                    .forEach(node -> owned.put(node.id(), 0));
            image.topics().topicsByName().values().stream()
                    .filter(topic -> Topic.isInternal(topic.name()) == (role == Role.COORDINATOR))
                    .flatMap(topic -> topic.partitions().values().stream())
                    .forEach(partition -> owned.computeIfPresent(partition.leader, (id, count) -> count + 1));
            if (!owned.isEmpty()) {
                balance.put(
                        word(role),
                        Map.of(
                                "fewest",
                                        owned.values().stream()
                                                .mapToInt(count -> count)
                                                .min()
                                                .orElse(0),
                                "most",
                                        owned.values().stream()
                                                .mapToInt(count -> count)
                                                .max()
                                                .orElse(0)));
            }
        }
        return balance;
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
