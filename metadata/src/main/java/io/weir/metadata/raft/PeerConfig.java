package io.weir.metadata.raft;

import java.time.Duration;
import java.util.Optional;

/**
 * How this node reaches the other controllers.
 *
 * @param voters who they are; none for a node that is a quorum of its own
 * @param secret that the nodes of a cluster share: they prove it to each other by SCRAM-SHA-256 as user
 *     {@value #USER}. Without one there is no authentication
 * @param fetchWait how long a leader may let a follower wait for something new. Several must fit into the time after
 *     which a follower gives its leader up, for an answer is how it sees that the leader lives; then a quorum in which
 *     nothing happens needs to write nothing
 * @param reconnectBackoff pause before a connection that failed is tried again, at first
 * @param reconnectBackoffMax the same after many failures
 * @param goodbye how long a leader that stops waits for the others to elect the next one
 */
public record PeerConfig(
        Voters voters,
        Optional<String> secret,
        Duration fetchWait,
        Duration reconnectBackoff,
        Duration reconnectBackoffMax,
        Duration goodbye) {
    /** Whom nodes authenticate as. */
    public static final String USER = "weir";

    /** Nobody else, and what suits a local network. */
    public static PeerConfig defaults() {
        return new PeerConfig(
                Voters.none(),
                Optional.empty(),
                Duration.ofMillis(100),
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofSeconds(1));
    }

    /** With these voters. */
    public PeerConfig withVoters(Voters others) {
        return new PeerConfig(others, secret, fetchWait, reconnectBackoff, reconnectBackoffMax, goodbye);
    }

    /** With this secret. */
    public PeerConfig withSecret(Optional<String> shared) {
        return new PeerConfig(voters, shared, fetchWait, reconnectBackoff, reconnectBackoffMax, goodbye);
    }

    /** With followers that wait for at most so long. */
    public PeerConfig withFetchWait(Duration wait) {
        return new PeerConfig(voters, secret, wait, reconnectBackoff, reconnectBackoffMax, goodbye);
    }

    /** Says nothing of the secret. */
    @Override
    public String toString() {
        return "PeerConfig[voters=" + voters + ", authenticated=" + secret.isPresent() + "]";
    }
}
