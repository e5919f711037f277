package io.weir.server.settings;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.Endpoint;

/**
 * Where Kafka clients connect, and the bounds of that.
 *
 * @param listeners to bind; an empty host is never among them, port 0 takes a free one
 * @param advertised by listener name what clients are told; empty: the address that the client has reached
 * @param maxIdle a connection on which nothing happens for this long is closed
 * @param queuedMaxRequestBytes read and not answered yet, over all connections
 */
public record ListenerSettings(
        List<Endpoint> listeners,
        List<Endpoint> advertised,
        int maxConnections,
        int maxConnectionsPerIp,
        Duration maxIdle,
        int requestMaxBytes,
        long queuedMaxRequestBytes,
        int networkThreads,
        int fetchSessionSlots) {}
