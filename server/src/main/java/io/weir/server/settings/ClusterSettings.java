package io.weir.server.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where this node and the others of its cluster reach each other. Addresses are not resolved.
 *
 * @param id the cluster's, if it was said
 * @param voters the controllers; empty: this process is the whole cluster
 * @param internal where this node's broker and coordinator listen for other nodes; absent when it is neither, or alone
 * @param advertised where others are told to connect; absent: where {@code internal} is bound
 * @param controller where this node's controller listens; absent when it has none, or is alone
 * @param secretFile holds what all nodes share; absent: nodes do not prove who they are, and stay on loopback
 */
public record ClusterSettings(
        Optional<String> id,
        List<Voter> voters,
        Optional<InetSocketAddress> internal,
        Optional<InetSocketAddress> advertised,
        Optional<InetSocketAddress> controller,
        Optional<Path> secretFile) {
    /** Copies the voters. */
    public ClusterSettings {
        voters = List.copyOf(voters);
    }

    /** Whether there are no other nodes: every role is in this process and is called without a socket. */
    public boolean alone() {
        return voters.isEmpty();
    }
}
