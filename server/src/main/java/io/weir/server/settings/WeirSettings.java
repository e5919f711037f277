package io.weir.server.settings;

import io.netty.util.internal.PlatformDependent;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.wire.WireConfig;
import io.weir.log.NodeLogConfig;
import io.weir.log.cache.ReadCacheConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.coordinator.transaction.TransactionLogConfig;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.raft.KRaftConfigs;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.config.ConfigSynonym;
import org.apache.kafka.server.config.ServerConfigs;
import org.apache.kafka.server.config.ServerLogConfigs;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;

/**
 * A node's settings, checked as a whole. Immutable; any thread. The wiring turns them into the records that the
 * components take; no component sees this class.
 */
public final class WeirSettings {
    /** For a node that stops: what its log and the quorum may still take when its partitions are handed over. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    private final Map<String, String> explicit;
    private final AbstractConfig values;
    private final ListenerSettings listeners;
    private final ClusterSettings cluster;

    private WeirSettings(Map<String, String> explicit) {
        this.explicit = Map.copyOf(explicit);
        this.values = new AbstractConfig(SettingDefinitions.all(), explicit, Map.of(), false);
        this.listeners = listenerSettings(values);
        this.cluster = clusterSettings();
        SettingChecks.check(this);
    }

    /**
     * @param explicit what the user has set, by name; all names are known ones
     * @throws WeirException INVALID, its message names setting, value and way out
     */
    public static WeirSettings of(Map<String, String> explicit) {
        try {
            return new WeirSettings(explicit);
        } catch (KafkaException | IllegalArgumentException e) {
            throw new WeirException(FaultKind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /** Everything at its default. */
    public static WeirSettings defaults() {
        return of(Map.of());
    }

    /** What the user has set, by name, as it was written: Kafka's "static configuration" of a node. */
    public Map<String, String> explicit() {
        return explicit;
    }

    /** What this process does. */
    public Set<Role> roles() {
        return Roles.parse(WeirKeys.ROLES, values.getList(WeirKeys.ROLES));
    }

    /** Where this node and others reach each other. */
    public ClusterSettings cluster() {
        return cluster;
    }

    /** The node's number. */
    public int nodeId() {
        return values.getInt(KRaftConfigs.NODE_ID_CONFIG);
    }

    /** The node's rack, when it has one. */
    public Optional<String> rack() {
        return Optional.ofNullable(values.getString(ServerConfigs.BROKER_RACK_CONFIG));
    }

    /** Directory of everything that the node keeps; absolute. */
    public Path dataDirectory() {
        return Path.of(values.getString(WeirKeys.DATA_DIR)).toAbsolutePath().normalize();
    }

    /** Where the log is kept: {@code local}, {@code memory}, or the address of a store that nodes share. */
    public String store() {
        return values.getString(WeirKeys.STORE);
    }

    /** Whether the log is kept nowhere but in memory. */
    public boolean inMemory() {
        return store().equals(StoreNames.MEMORY);
    }

    /** Whether other processes can use the store, too. */
    public boolean sharedStore() {
        return StoreNames.isShared(store());
    }

    /** How to use HDFS, if the log is kept there. */
    public HdfsSettings hdfs() {
        return HdfsDefinitions.settings(values);
    }

    /** Whether local files are written past the page cache where that is possible. */
    public boolean directIo() {
        return values.getBoolean(WeirKeys.DIRECT_IO);
    }

    /** Where metrics, health and the API are served; not resolved. */
    public InetSocketAddress httpListener() {
        return HostAndPort.parse(WeirKeys.HTTP_LISTENER, values.getString(WeirKeys.HTTP_LISTENER));
    }

    /** Where Kafka clients connect. */
    public ListenerSettings listeners() {
        return listeners;
    }

    /** How much fetches may take and keep. */
    public FetchSettings fetches() {
        return new FetchSettings(
                values.getInt(ServerConfigs.FETCH_MAX_BYTES_CONFIG),
                values.getLong(WeirKeys.FETCH_MAX_WAITING_PARTITIONS),
                values.getInt(ServerConfigs.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS_CONFIG),
                values.getInt(WeirKeys.FETCH_SESSION_CACHE_PARTITIONS));
    }

    /** Partitions in one answer to DescribeTopicPartitions. */
    public int maxPartitionsDescribed() {
        return values.getInt(ServerConfigs.MAX_REQUEST_PARTITION_SIZE_LIMIT_CONFIG);
    }

    /** How topics come and go. */
    public TopicSettings topics() {
        return new TopicSettings(
                values.getBoolean(ServerLogConfigs.AUTO_CREATE_TOPICS_ENABLE_CONFIG),
                values.getInt(ServerLogConfigs.NUM_PARTITIONS_CONFIG),
                values.getBoolean(ServerConfigs.DELETE_TOPIC_ENABLE_CONFIG));
    }

    /** What the user has set for topics that do not set their own, under the topic's names. */
    Map<String, String> topicDefaults() {
        Map<String, String> defaults = new HashMap<>();
        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.forEach((topicKey, synonyms) -> {
            for (ConfigSynonym synonym : synonyms) {
                String value = explicit.get(synonym.name());
                if (value != null) {
                    defaults.put(topicKey, synonym.converter().apply(value));
                    break;
                }
            }
        });
        return Map.copyOf(defaults);
    }

    /** Memory, commit log and segments. */
    public LogSettings log() {
        return new LogSettings(
                values.getLong(WeirKeys.TAIL_CACHE_BYTES),
                readCacheBytes(),
                values.getLong(WeirKeys.COMMIT_LOG_FILE_BYTES),
                commitLogMaxBytes(),
                values.getLong(WeirKeys.SEGMENT_FLUSH_BYTES),
                milliseconds(WeirKeys.SEGMENT_FLUSH_MS),
                values.getLong(WeirKeys.ACK_BUFFER_MAX_BYTES),
                milliseconds(ServerLogConfigs.LOG_CLEANUP_INTERVAL_MS_CONFIG),
                Duration.ofMillis(values.getInt(TransactionLogConfig.PRODUCER_ID_EXPIRATION_MS_CONFIG)));
    }

    private long readCacheBytes() {
        long bytes = values.getLong(WeirKeys.READ_CACHE_BYTES);
        if (bytes != -1) {
            return bytes;
        }
        return sharedStore()
                ? ReadCacheConfig.sharedBytes(PlatformDependent.maxDirectMemory())
                : ReadCacheConfig.defaults().maxBytes();
    }

    private long commitLogMaxBytes() {
        long bytes = values.getLong(WeirKeys.COMMIT_LOG_MAX_BYTES);
        if (bytes != -1) {
            return bytes;
        }
        return sharedStore()
                ? NodeLogConfig.SHARED_COMMIT_LOG_MAX_BYTES
                : NodeLogConfig.defaults().commitLogMaxBytes();
    }

    /** How often this node tells the controller that it is alive. */
    public Duration heartbeatInterval() {
        return Duration.ofMillis(values.getInt(KRaftConfigs.BROKER_HEARTBEAT_INTERVAL_MS_CONFIG));
    }

    /** How long the controller waits for a sign of life. */
    public Duration sessionTimeout() {
        return Duration.ofMillis(values.getInt(KRaftConfigs.BROKER_SESSION_TIMEOUT_MS_CONFIG));
    }

    /** Whether the controller asks for nodes that miss a heartbeat. */
    public boolean crashDetection() {
        return values.getBoolean(WeirKeys.CRASH_DETECTION);
    }

    /** How long a node that stops waits for others to take over. */
    public Duration leaveTimeout() {
        return milliseconds(WeirKeys.LEAVE_TIMEOUT_MS);
    }

    /** Longest that a node should take from being told to stop to its end; it is no use to wait longer. */
    public Duration stopBound() {
        return leaveTimeout().plus(listeners.closeTimeout()).plus(LAST_WRITES);
    }

    /** How patient controllers are. */
    public QuorumSettings quorum() {
        return QuorumDefinitions.settings(values);
    }

    /** How partitions are spread. */
    public BalanceSettings balance() {
        return BalanceDefinitions.settings(values);
    }

    /** How a proxy bridges what moves. */
    public ProxySettings proxy() {
        return ProxyDefinitions.settings(values);
    }

    /** Largest batch that a producer may send, unless its topic says otherwise. */
    public int messageMaxBytes() {
        return values.getInt(ServerConfigs.MESSAGE_MAX_BYTES_CONFIG);
    }

    /** Whether log lines are JSON. */
    public boolean jsonLogs() {
        return values.getString(WeirKeys.LOG_FORMAT).equals("json");
    }

    /** Level of Weir's own loggers, in capitals. */
    public String logLevel() {
        return values.getString(WeirKeys.LOG_LEVEL).toUpperCase(Locale.ROOT);
    }

    /** What the user has set for it, as it was written. */
    Optional<String> written(String name) {
        return Optional.ofNullable(explicit.get(name));
    }

    private ClusterSettings clusterSettings() {
        List<Voter> voters =
                Voter.parse(QuorumConfig.QUORUM_VOTERS_CONFIG, values.getList(QuorumConfig.QUORUM_VOTERS_CONFIG));
        Optional<InetSocketAddress> own = voters.stream()
                .filter(voter -> voter.id() == nodeId() && roles().contains(Role.CONTROLLER))
                .map(Voter::address)
                .findAny();
        return new ClusterSettings(
                Optional.ofNullable(values.getString(WeirKeys.CLUSTER_ID)),
                voters,
                address(WeirKeys.INTERNAL_LISTENER),
                address(WeirKeys.INTERNAL_ADVERTISED),
                address(WeirKeys.CONTROLLER_LISTENER).or(() -> own),
                Optional.ofNullable(values.getString(WeirKeys.INTERNAL_SECRET_FILE))
                        .map(Path::of)
                        .map(Path::toAbsolutePath));
    }

    private Optional<InetSocketAddress> address(String name) {
        return Optional.ofNullable(values.getString(name)).map(value -> HostAndPort.parse(name, value));
    }

    private Duration milliseconds(String name) {
        return Duration.ofMillis(values.getLong(name));
    }

    private static ListenerSettings listenerSettings(AbstractConfig values) {
        return new ListenerSettings(
                Listeners.parse(
                        SocketServerConfigs.LISTENERS_CONFIG, values.getList(SocketServerConfigs.LISTENERS_CONFIG)),
                Listeners.parse(
                        SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG,
                        List.copyOf(values.getList(SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG))),
                values.getInt(SocketServerConfigs.NUM_NETWORK_THREADS_CONFIG),
                values.getBoolean(WeirKeys.NETWORK_NATIVE),
                new WireConfig.SocketOptions(
                        values.getInt(SocketServerConfigs.SOCKET_LISTEN_BACKLOG_SIZE_CONFIG),
                        values.getInt(SocketServerConfigs.SOCKET_SEND_BUFFER_BYTES_CONFIG),
                        values.getInt(SocketServerConfigs.SOCKET_RECEIVE_BUFFER_BYTES_CONFIG)),
                new WireConfig.ConnectionLimits(
                        values.getInt(SocketServerConfigs.MAX_CONNECTIONS_CONFIG),
                        values.getInt(SocketServerConfigs.MAX_CONNECTIONS_PER_IP_CONFIG),
                        Duration.ofMillis(values.getLong(SocketServerConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG)),
                        Duration.ofMillis(values.getLong(WeirKeys.CONNECTION_STALL_MS)),
                        values.getInt(WeirKeys.CONNECTION_MIN_BYTES_PER_SECOND)),
                new WireConfig.RequestLimits(
                        values.getInt(SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_CONFIG),
                        values.getInt(WeirKeys.CONTROL_REQUEST_MAX_BYTES),
                        values.getInt(WeirKeys.REQUEST_MAX_FIELDS),
                        values.getInt(WeirKeys.CONNECTION_MAX_IN_FLIGHT),
                        values.getLong(SocketServerConfigs.QUEUED_MAX_BYTES_CONFIG),
                        values.getLong(WeirKeys.QUEUED_MAX_CONTROL_BYTES)),
                new WireConfig.AnswerLimits(
                        values.getLong(WeirKeys.CONNECTION_MAX_ANSWER_BYTES),
                        values.getInt(WeirKeys.CONNECTION_WRITE_BUFFER_BYTES),
                        values.getLong(WeirKeys.QUEUED_MAX_ANSWER_BYTES)),
                Duration.ofMillis(values.getLong(WeirKeys.NETWORK_CLOSE_MS)));
    }
}
