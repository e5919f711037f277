package io.weir.server.settings;

import io.weir.kafka.wire.WireConfig;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.Endpoint;

/**
 * Where Kafka clients connect, and the bounds of that.
 *
 * @param listeners to bind; an empty host is never among them, port 0 takes a free one
 * @param advertised by listener name what clients are told; empty: the address that the client has reached
 * @param networkThreads event loops
 * @param nativeTransport epoll where there is one
 * @param sockets options of sockets
 * @param connections bounds on connections
 * @param requests bounds on requests
 * @param answers bounds on answers
 * @param closeTimeout how long a shutdown waits for requests that are worked on
 */
public record ListenerSettings(
        List<Endpoint> listeners,
        List<Endpoint> advertised,
        int networkThreads,
        boolean nativeTransport,
        WireConfig.SocketOptions sockets,
        WireConfig.ConnectionLimits connections,
        WireConfig.RequestLimits requests,
        WireConfig.AnswerLimits answers,
        Duration closeTimeout) {}
