package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import io.weir.broker.BrokerConfig;
import io.weir.kafka.wire.WireConfig;
import io.weir.proxy.ProxyConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.server.config.ServerConfigs;

/** Bounds of the Kafka listeners: connections, requests, answers, fetches. Pure; any thread. */
final class ConnectionDefinitions {
    private ConnectionDefinitions() {}

    /** The defaults are the wire's and the roles' own, except that connections are bounded. */
    static ConfigDef keys() {
        ConfigDef keys = new ConfigDef();
        WireConfig wire = WireConfig.defaults();
        connections(keys, wire);
        requests(keys, wire.requests());
        answers(keys, wire.answers());
        fetches(keys);
        threads(keys, wire);
        return keys;
    }

    private static void connections(ConfigDef keys, WireConfig wire) {
        keys.define(
                        SocketServerConfigs.MAX_CONNECTIONS_CONFIG,
                        INT,
                        10_000,
                        atLeast(1),
                        MEDIUM,
                        "Connections of Kafka clients at a time. One more is closed at once. Where the process may open fewer"
                                + " files (`ulimit -n`), it is lowered so that the log keeps some.")
                .define(
                        SocketServerConfigs.MAX_CONNECTIONS_PER_IP_CONFIG,
                        INT,
                        SocketServerConfigs.MAX_CONNECTIONS_PER_IP_DEFAULT,
                        atLeast(1),
                        MEDIUM,
                        "The same for one client address.")
                .define(
                        SocketServerConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG,
                        LONG,
                        SocketServerConfigs.CONNECTIONS_MAX_IDLE_MS_DEFAULT,
                        atLeast(1),
                        MEDIUM,
                        "A connection on which nothing happens for this long is closed.")
                .define(
                        WeirKeys.CONNECTION_STALL_MS,
                        LONG,
                        wire.connections().stallTimeout().toMillis(),
                        atLeast(1),
                        MEDIUM,
                        "A connection is closed when a request takes longer than this to arrive, or when answers wait"
                                + " and the client takes none of them for this long, in milliseconds.")
                .define(
                        WeirKeys.CONNECTION_MIN_BYTES_PER_SECOND,
                        INT,
                        wire.connections().minBytesPerSecond(),
                        atLeast(0),
                        MEDIUM,
                        "While memory for requests or answers is short, a connection that holds some of it and sends or"
                                + " takes fewer bytes a second than this is closed; a request of up to 16 KiB then has"
                                + " ten seconds to arrive. 0 leaves it to `weir.connection.stall.timeout.ms`.")
                .define(
                        SocketServerConfigs.SOCKET_LISTEN_BACKLOG_SIZE_CONFIG,
                        INT,
                        wire.sockets().backlog(),
                        atLeast(1),
                        LOW,
                        "Connections that the system keeps until they are accepted; a client beyond that tries again"
                                + " after a second. The system has a bound of its own (`net.core.somaxconn`).")
                .define(
                        SocketServerConfigs.SOCKET_SEND_BUFFER_BYTES_CONFIG,
                        INT,
                        wire.sockets().sendBufferBytes(),
                        atLeast(-1),
                        LOW,
                        "Size of each connection's buffer for answers in the system. -1 lets the system choose, which"
                                + " follows the link: Kafka's 100 KiB would hold a client 100 ms away to 1 MB/s.")
                .define(
                        SocketServerConfigs.SOCKET_RECEIVE_BUFFER_BYTES_CONFIG,
                        INT,
                        wire.sockets().receiveBufferBytes(),
                        atLeast(-1),
                        LOW,
                        "The same for requests.");
    }

    private static void requests(ConfigDef keys, WireConfig.RequestLimits requests) {
        keys.define(
                        SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_CONFIG,
                        INT,
                        SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_DEFAULT,
                        atLeast(1024),
                        HIGH,
                        "A connection that announces a longer request is closed before a byte of it is kept.")
                .define(
                        WeirKeys.CONTROL_REQUEST_MAX_BYTES,
                        INT,
                        requests.maxControlBytes(),
                        atLeast(1024),
                        MEDIUM,
                        "The same for requests that carry no records: all but Produce.")
                .define(
                        WeirKeys.REQUEST_MAX_FIELDS,
                        INT,
                        requests.maxFields(),
                        atLeast(1024),
                        LOW,
                        "Values in one request, such as numbers and names; a connection that sends more is closed. A fetch"
                                + " has 7 for each partition.")
                .define(
                        SocketServerConfigs.QUEUED_MAX_BYTES_CONFIG,
                        LONG,
                        requests.maxInFlightBytes(),
                        atLeast(2 * 1024 * 1024),
                        MEDIUM,
                        "Bytes of requests that are arriving or not answered yet, over all connections, outside the heap."
                                + " Beyond it no more is read until some are answered: producers slow down, nothing is"
                                + " dropped.")
                .define(
                        WeirKeys.QUEUED_MAX_CONTROL_BYTES,
                        LONG,
                        requests.maxControlMemoryBytes(),
                        atLeast(1024 * 1024),
                        MEDIUM,
                        "Heap that requests may take while they are worked on, records apart, over all connections: an"
                                + " estimate of 64 bytes a value. Beyond it those with more than 250 values wait.")
                .define(
                        WeirKeys.CONNECTION_MAX_IN_FLIGHT,
                        INT,
                        requests.maxInFlight(),
                        atLeast(1),
                        MEDIUM,
                        "Produce and Fetch requests of one connection that are worked on at the same time. Other"
                                + " requests are one at a time.");
    }

    private static void answers(ConfigDef keys, WireConfig.AnswerLimits answers) {
        keys.define(
                        WeirKeys.QUEUED_MAX_ANSWER_BYTES,
                        LONG,
                        answers.maxUnsentBytes(),
                        atLeast(1024 * 1024),
                        MEDIUM,
                        "Bytes of answers that their clients have not taken, over all connections. Beyond it connections"
                                + " that take less than `weir.connection.min.bytes.per.second` are closed.")
                .define(
                        WeirKeys.CONNECTION_MAX_ANSWER_BYTES,
                        LONG,
                        answers.maxConnectionBytes(),
                        atLeast(1),
                        MEDIUM,
                        "Bytes that the fetches of one connection which are worked on at the same time may ask for."
                                + " One fetch is always worked on.")
                .define(
                        WeirKeys.CONNECTION_WRITE_BUFFER_BYTES,
                        INT,
                        answers.writeHighWatermarkBytes(),
                        atLeast(1024),
                        LOW,
                        "With so many bytes of answers unsent, no more requests of that connection are read.");
    }

    private static void fetches(ConfigDef keys) {
        keys.define(
                        ServerConfigs.FETCH_MAX_BYTES_CONFIG,
                        INT,
                        ProxyConfig.defaults().fetch().maxBytes(),
                        atLeast(1024),
                        MEDIUM,
                        "Most bytes of records in one answer, whatever the client would take. A larger batch is sent whole.")
                .define(
                        WeirKeys.FETCH_MAX_WAITING_PARTITIONS,
                        LONG,
                        BrokerConfig.defaults().maxWaitingPartitions(),
                        atLeast(2),
                        MEDIUM,
                        "Partitions, over all fetches that wait for records; each is about 250 bytes of heap. A fetch that"
                                + " would take more than half of what is left is answered at once with what is there.")
                .define(
                        ServerConfigs.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS_CONFIG,
                        INT,
                        ServerConfigs.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS_DEFAULT,
                        atLeast(0),
                        MEDIUM,
                        "Incremental fetch sessions that are remembered. Consumers beyond that send their whole list of"
                                + " partitions with every fetch.")
                .define(
                        WeirKeys.FETCH_SESSION_CACHE_PARTITIONS,
                        INT,
                        ProxyConfig.defaults().fetch().sessionPartitions(),
                        atLeast(0),
                        MEDIUM,
                        "Partitions in all those sessions; each is about 100 bytes of heap. A consumer that wants more than"
                                + " half of what is left gets no session.")
                .define(
                        ServerConfigs.MAX_REQUEST_PARTITION_SIZE_LIMIT_CONFIG,
                        INT,
                        ServerConfigs.MAX_REQUEST_PARTITION_SIZE_LIMIT_DEFAULT,
                        atLeast(1),
                        LOW,
                        "Partitions in one answer to DescribeTopicPartitions.");
    }

    private static void threads(ConfigDef keys, WireConfig wire) {
        keys.define(
                        SocketServerConfigs.NUM_NETWORK_THREADS_CONFIG,
                        INT,
                        SocketServerConfigs.NUM_NETWORK_THREADS_DEFAULT,
                        atLeast(1),
                        HIGH,
                        "Event loops that read requests and write answers.")
                .define(
                        WeirKeys.NETWORK_NATIVE,
                        BOOLEAN,
                        wire.nativeTransport(),
                        LOW,
                        "Whether epoll is used where the system has it; otherwise Java's own selector.")
                .define(
                        WeirKeys.NETWORK_CLOSE_MS,
                        LONG,
                        wire.closeTimeout().toMillis(),
                        atLeast(0),
                        LOW,
                        "How long a shutdown waits for requests that are worked on, in milliseconds.");
    }
}
