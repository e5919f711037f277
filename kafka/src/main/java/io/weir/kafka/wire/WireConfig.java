package io.weir.kafka.wire;

import io.weir.kafka.frame.FrameReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * How the wire listens and what it allows. Each component names the setting that it comes from.
 *
 * @param listeners {@code listeners}
 * @param networkThreads {@code num.network.threads}: event loops over all listeners
 * @param nativeTransport {@code weir.network.native}: epoll where the platform has it; false means Java's NIO
 * @param sockets options of each socket
 * @param connections bounds on connections
 * @param requests bounds on what they ask for
 * @param answers bounds on what they are given
 * @param closeTimeout {@code weir.network.close.timeout.ms}: how long {@code close} lets requests that are under way finish
 */
public record WireConfig(
        List<Listener> listeners,
        int networkThreads,
        boolean nativeTransport,
        SocketOptions sockets,
        ConnectionLimits connections,
        RequestLimits requests,
        AnswerLimits answers,
        Duration closeTimeout) {
    private static final int MIB = 1024 * 1024;

    public WireConfig {
        listeners = List.copyOf(listeners);
        check(!listeners.isEmpty(), "listeners is empty; give one such as PLAINTEXT://127.0.0.1:9092");
        Set<String> names = new HashSet<>();
        for (Listener listener : listeners) {
            check(names.add(listener.name()), "listeners has two of the name " + listener.name() + "; rename one");
        }
        check(networkThreads > 0, "num.network.threads=" + networkThreads + " must be at least 1");
        check(!closeTimeout.isNegative(), "weir.network.close.timeout.ms must not be negative");
    }

    /** Kafka's defaults where Kafka has the setting; one plain listener on the loopback. */
    public static WireConfig defaults() {
        return new WireConfig(
                List.of(new Listener("PLAINTEXT", "127.0.0.1", 9092, SecurityProtocol.PLAINTEXT)),
                3,
                true,
                SocketOptions.defaults(),
                ConnectionLimits.defaults(),
                RequestLimits.defaults(),
                AnswerLimits.defaults(),
                Duration.ofSeconds(2));
    }

    /** The same with other listeners. */
    public WireConfig withListeners(List<Listener> other) {
        return new WireConfig(
                other, networkThreads, nativeTransport, sockets, connections, requests, answers, closeTimeout);
    }

    /** The same with other bounds on connections. */
    public WireConfig withConnections(ConnectionLimits other) {
        return new WireConfig(
                listeners, networkThreads, nativeTransport, sockets, other, requests, answers, closeTimeout);
    }

    /** The same with other bounds on requests. */
    public WireConfig withRequests(RequestLimits other) {
        return new WireConfig(
                listeners, networkThreads, nativeTransport, sockets, connections, other, answers, closeTimeout);
    }

    /** The same with other bounds on answers. */
    public WireConfig withAnswers(AnswerLimits other) {
        return new WireConfig(
                listeners, networkThreads, nativeTransport, sockets, connections, requests, other, closeTimeout);
    }

    /**
     * Where to listen.
     *
     * @param name the listener's name, unique
     * @param host name or address; empty means every address
     * @param port 0 lets the system choose
     * @param securityProtocol PLAINTEXT is the only one yet
     * @param callers who may come: only nodes are believed when they say for whom they ask
     */
    public record Listener(String name, String host, int port, SecurityProtocol securityProtocol, Callers callers) {
        public Listener {
            check(!name.isBlank(), "listeners has one without a name");
            check(port >= 0 && port <= 65535, "listeners: port " + port + " of " + name + " is not within 0..65535");
            check(
                    securityProtocol == SecurityProtocol.PLAINTEXT,
                    "listeners: " + name + " asks for " + securityProtocol + "; only PLAINTEXT is supported yet");
        }

        /** One for clients. */
        public Listener(String name, String host, int port, SecurityProtocol securityProtocol) {
            this(name, host, port, securityProtocol, Callers.CLIENTS);
        }

        /** One for nodes; whoever makes it sees to it that nobody else reaches it, or cannot authenticate. */
        public static Listener forNodes(String name, String host, int port) {
            return new Listener(name, host, port, SecurityProtocol.PLAINTEXT, Callers.NODES);
        }

        /** As the setting spells it. */
        @Override
        public String toString() {
            return name + "://" + host + ":" + port;
        }
    }

    /** Who calls on a listener. */
    public enum Callers {
        /** Anybody, in his own name. */
        CLIENTS,
        /** Nodes, which ask in the name of their clients, and take answers in any order. */
        NODES
    }

    /**
     * Options of sockets.
     *
     * @param backlog {@code socket.listen.backlog.size}
     * @param sendBufferBytes {@code socket.send.buffer.bytes}; -1 leaves it to the system
     * @param receiveBufferBytes {@code socket.receive.buffer.bytes}; -1 leaves it to the system
     */
    public record SocketOptions(int backlog, int sendBufferBytes, int receiveBufferBytes) {
        public SocketOptions {
            check(backlog > 0, "socket.listen.backlog.size=" + backlog + " must be at least 1");
            check(sendBufferBytes == -1 || sendBufferBytes > 0, "socket.send.buffer.bytes must be positive or -1");
            check(
                    receiveBufferBytes == -1 || receiveBufferBytes > 0,
                    "socket.receive.buffer.bytes must be positive or -1");
        }

        /**
         * Room for the clients of a node that has just come back: beyond it each of them waits a second and more. For buffers
         * the system's own sizes, which follow the link's bandwidth and delay. Kafka's 100 KiB would hold a
         * connection to 1 MB/s over 100 ms and costs a 1 MiB frame several more reads.
         */
        public static SocketOptions defaults() {
            return new SocketOptions(1024, -1, -1);
        }
    }

    /**
     * Bounds on connections.
     *
     * @param max {@code max.connections}: over all listeners; more are closed at once
     * @param maxPerIp {@code max.connections.per.ip}
     * @param maxIdle {@code connections.max.idle.ms}: closed when nothing is under way and nothing arrived for so long
     * @param stallTimeout {@code weir.connection.stall.timeout.ms}: closed when a frame takes longer than this to
     *     arrive, or answers wait and the client takes none for so long
     * @param minBytesPerSecond {@code weir.connection.min.bytes.per.second}: while memory is short, a connection that
     *     holds some of it and sends or takes less than this is closed; 0 never
     */
    public record ConnectionLimits(
            int max, int maxPerIp, Duration maxIdle, Duration stallTimeout, int minBytesPerSecond) {
        public ConnectionLimits {
            check(max > 0, "max.connections=" + max + " must be at least 1");
            check(maxPerIp > 0, "max.connections.per.ip=" + maxPerIp + " must be at least 1");
            check(maxIdle.toMillis() > 0, "connections.max.idle.ms must be at least 1");
            check(stallTimeout.toMillis() > 0, "weir.connection.stall.timeout.ms must be at least 1");
            check(minBytesPerSecond >= 0, "weir.connection.min.bytes.per.second must not be negative");
        }

        /** The same with another number of connections. */
        public ConnectionLimits withMax(int other) {
            return new ConnectionLimits(other, maxPerIp, maxIdle, stallTimeout, minBytesPerSecond);
        }

        /** Kafka's, and two minutes for a stalled client: 100 MiB at 7 Mbit/s. */
        public static ConnectionLimits defaults() {
            return new ConnectionLimits(
                    Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofMinutes(10), Duration.ofMinutes(2), 64 * 1024);
        }
    }

    /**
     * Bounds on requests.
     *
     * @param maxBytes {@code socket.request.max.bytes}: a longer frame closes its connection
     * @param maxControlBytes {@code weir.control.request.max.bytes}: the same for a request that carries no records
     * @param maxFields {@code weir.request.max.fields}: values in one request; bounds the objects that its parsing makes
     * @param maxInFlight {@code weir.connection.max.in.flight.requests}: requests of one connection that are under way
     * @param maxInFlightBytes {@code queued.max.request.bytes}: request bytes under way over all connections
     * @param maxControlMemoryBytes {@code weir.queued.max.control.bytes}: memory that parsed requests take, records apart,
     *     over all connections
     * @param maxNodeInFlight the same as {@code maxInFlight} for a connection of a node, which brings the requests of all its
     *     clients, most of them fetches that wait; no setting
     */
    public record RequestLimits(
            int maxBytes,
            int maxControlBytes,
            int maxFields,
            int maxInFlight,
            long maxInFlightBytes,
            long maxControlMemoryBytes,
            int maxNodeInFlight) {
        private static final int DEFAULT_NODE_IN_FLIGHT = 1 << 14;

        public RequestLimits {
            check(maxBytes > 0, "socket.request.max.bytes=" + maxBytes + " must be at least 1");
            check(maxControlBytes > 0, "weir.control.request.max.bytes=" + maxControlBytes + " must be at least 1");
            check(maxFields > 0, "weir.request.max.fields=" + maxFields + " must be at least 1");
            check(maxInFlight > 0, "weir.connection.max.in.flight.requests=" + maxInFlight + " must be at least 1");
            check(
                    maxInFlightBytes >= FrameReader.FIRST_STEP_BYTES,
                    "queued.max.request.bytes=" + maxInFlightBytes + " must be at least "
                            + FrameReader.FIRST_STEP_BYTES);
            check(
                    maxControlMemoryBytes >= MemoryClaim.SMALL_BYTES,
                    "weir.queued.max.control.bytes=" + maxControlMemoryBytes + " must be at least "
                            + MemoryClaim.SMALL_BYTES);
            check(maxNodeInFlight > 0, "requests of a node in flight: " + maxNodeInFlight + " must be at least 1");
        }

        /** How long a frame may be, by who sends it and what it carries. */
        int maxFrameBytes(Callers callers, boolean carriesRecords) {
            int most = carriesRecords ? maxBytes : maxControlBytes;
            return switch (callers) {
                case CLIENTS -> most;
                // A client's largest request, and for whom it is.
                case NODES -> (int) Math.min(Integer.MAX_VALUE, (long) most + RequestParser.MAX_NODE_HEADER_BYTES);
            };
        }

        /** With the default for nodes. */
        public RequestLimits(
                int maxBytes,
                int maxControlBytes,
                int maxFields,
                int maxInFlight,
                long maxInFlightBytes,
                long maxControlMemoryBytes) {
            this(
                    maxBytes,
                    maxControlBytes,
                    maxFields,
                    maxInFlight,
                    maxInFlightBytes,
                    maxControlMemoryBytes,
                    DEFAULT_NODE_IN_FLIGHT);
        }

        /**
         * 100 MiB a request, 64 requests a connection, 256 MiB of requests in all. Without records 8 MiB and half a million
         * values, which is a fetch of 75,000 partitions; 32 MiB of such in all.
         */
        public static RequestLimits defaults() {
            return new RequestLimits(100 * MIB, 8 * MIB, 1 << 19, 64, 256L * MIB, 32L * MIB);
        }
    }

    /**
     * Bounds on answers.
     *
     * @param maxConnectionBytes {@code weir.connection.max.answer.bytes}: answer bytes that the fetches under way on one
     *     connection may ask for; one fetch is always allowed
     * @param writeHighWatermarkBytes {@code weir.connection.write.buffer.bytes}: unsent bytes from which on a connection's
     *     answers wait unencoded and its requests unread
     * @param maxUnsentBytes {@code weir.queued.max.answer.bytes}: of answers that are there and not sent, over all
     *     connections; beyond it those who do not take theirs are closed
     */
    public record AnswerLimits(long maxConnectionBytes, int writeHighWatermarkBytes, long maxUnsentBytes) {
        public AnswerLimits {
            check(
                    maxConnectionBytes > 0,
                    "weir.connection.max.answer.bytes=" + maxConnectionBytes + " must be at least 1");
            check(
                    writeHighWatermarkBytes >= 1024,
                    "weir.connection.write.buffer.bytes=" + writeHighWatermarkBytes + " must be at least 1024");
            check(maxUnsentBytes > 0, "weir.queued.max.answer.bytes=" + maxUnsentBytes + " must be at least 1");
        }

        /** 64 MiB a connection, 256 MiB in all. */
        public static AnswerLimits defaults() {
            return new AnswerLimits(64L * MIB, MIB, 256L * MIB);
        }
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
