package io.weir.metadata.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Endpoint;

/**
 * Who this node says that it is, and how often.
 *
 * @param nodeId of this node
 * @param clusterId that it belongs to
 * @param endpoints where clients and other nodes reach it, by listener
 * @param rack or data centre it stands in
 * @param roles what it does
 * @param heartbeatInterval between two heartbeats; a few of them must fit into the controller's session time-out
 * @param retryBackoff after a registration that failed
 * @param leaveTimeout longest that closing waits for the controller to move the partitions away
 * @param heartbeatsInFlight heartbeats sent and not yet answered beyond which none is sent
 */
public record RegistrationConfig(
        int nodeId,
        String clusterId,
        List<Endpoint> endpoints,
        Optional<String> rack,
        Set<Role> roles,
        Duration heartbeatInterval,
        Duration retryBackoff,
        Duration leaveTimeout,
        int heartbeatsInFlight) {
    /** Copies the collections. */
    public RegistrationConfig {
        endpoints = List.copyOf(endpoints);
        roles = Set.copyOf(roles);
    }

    /** All roles, no rack, half-second heartbeats. */
    public static RegistrationConfig defaults(int nodeId, String clusterId, List<Endpoint> endpoints) {
        return new RegistrationConfig(
                nodeId,
                clusterId,
                endpoints,
                Optional.empty(),
                Set.of(Role.values()),
                Duration.ofMillis(500),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                16);
    }
}
