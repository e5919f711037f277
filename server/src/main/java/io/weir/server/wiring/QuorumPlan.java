package io.weir.server.wiring;

import io.weir.controller.ControllerConfig;
import io.weir.metadata.raft.PeerConfig;
import io.weir.metadata.raft.RaftConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node's part in the metadata quorum. Three forms: a quorum of its own, which nobody has to reach; one of the voters of
 * {@code controller.quorum.voters}, be the process a node besides or not; or one that only follows them.
 *
 * @param directory where the metadata log is; a follower's is a copy that may be lost
 * @param clusterId {@code cluster.id}, the same on all nodes; absent when the directory says it, or for a node on its own
 * @param raft with the voters
 * @param controller there when this node votes
 */
record QuorumPlan(
        Path directory,
        int nodeId,
        Optional<String> clusterId,
        RaftConfig raft,
        Optional<ControllerConfig> controller) {
    /** Says whom it is wrong with. */
    QuorumPlan {
        if (controller.isPresent() != raft.votes(nodeId)) {
            throw new IllegalArgumentException("node " + nodeId + " has "
                    + (controller.isPresent() ? "a controller but is not" : "no controller but is")
                    + " among the voters "
                    + raft.peers().voters());
        }
    }

    /** A quorum of its own. */
    static QuorumPlan alone(Path directory, int nodeId, ControllerConfig controller) {
        return new QuorumPlan(directory, nodeId, Optional.empty(), RaftConfig.defaults(), Optional.of(controller));
    }

    /** One of the voters. */
    static QuorumPlan voter(
            Path directory, int nodeId, Optional<String> clusterId, PeerConfig peers, ControllerConfig controller) {
        return new QuorumPlan(
                directory,
                nodeId,
                clusterId,
                RaftConfig.defaults().withPeers(peers),
                Optional.of(controller.inQuorum(peers.voters().position(nodeId))));
    }

    /** One that follows the voters. */
    static QuorumPlan follower(Path directory, int nodeId, Optional<String> clusterId, PeerConfig peers) {
        return new QuorumPlan(
                directory, nodeId, clusterId, RaftConfig.defaults().withPeers(peers), Optional.empty());
    }

    /** Whether other nodes decide, too, or instead. */
    boolean isShared() {
        return !raft.peers().voters().isEmpty();
    }
}
