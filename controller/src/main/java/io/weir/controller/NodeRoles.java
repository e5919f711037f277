package io.weir.controller;

import io.weir.metadata.node.Role;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;

/** The roles of the registered nodes, read from the features that they registered with. Any thread. */
final class NodeRoles implements MetadataPublisher {
    private volatile Map<Integer, Set<Role>> roles = Map.of();

    /** Roles of a node; empty when the node is not in an image yet. */
    Optional<Set<Role>> of(int nodeId) {
        return Optional.ofNullable(roles.get(nodeId));
    }

    @Override
    public String name() {
        return "WeirNodeRoles";
    }

    @Override
    public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
        if (delta.clusterDelta() == null) {
            return;
        }
        Map<Integer, Set<Role>> fresh = new HashMap<>();
        image.cluster().brokers().forEach((id, node) -> fresh.put(id, rolesOf(node)));
        roles = Map.copyOf(fresh);
    }

    /** A node that names no role has them all: it is not one of ours, but nothing is known against it. */
    private static Set<Role> rolesOf(BrokerRegistration node) {
        EnumSet<Role> named = EnumSet.noneOf(Role.class);
        Arrays.stream(Role.values())
                .filter(role -> node.supportedFeatures().containsKey(role.feature()))
                .forEach(named::add);
        return named.isEmpty() ? EnumSet.allOf(Role.class) : named;
    }
}
