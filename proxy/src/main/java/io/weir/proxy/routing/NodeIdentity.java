package io.weir.proxy.routing;

import java.util.Objects;

/** Who this node is: its id among the nodes, and the cluster's id as clients are told it. */
public record NodeIdentity(int nodeId, String clusterId) {
    /** Ids of nodes are never negative: that means "nobody" in the protocol. */
    public NodeIdentity {
        Objects.requireNonNull(clusterId);
        if (nodeId < 0) {
            throw new IllegalArgumentException("node.id must not be negative, is " + nodeId);
        }
    }
}
