package io.weir.controller;

import io.weir.metadata.node.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;

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
        image.cluster().brokers().forEach((id, node) -> fresh.put(id, Role.of(node)));
        roles = Map.copyOf(fresh);
    }
}
