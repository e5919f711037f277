package io.weir.server.settings;

import io.weir.coordinator.CoordinatorConfig;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.raft.KRaftConfigs;
import org.apache.kafka.server.config.ServerConfigs;
import org.apache.kafka.storage.internals.log.LogConfig;

/** What must hold between settings. Pure; any thread. */
final class SettingChecks {
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private SettingChecks() {}

    static void check(WeirSettings settings) {
        // Kafka's own checks, for what holds between settings of one topic or of the coordinator.
        LogConfig.validateValues(new LogConfig(settings.topicDefaults()).values());
        CoordinatorConfig.from(settings.explicit());
        advertised(settings.listeners());
        ClusterChecks.check(settings);
        ports(settings);
        sizes(settings);
        HdfsDefinitions.check(settings.hdfs());
        BalanceDefinitions.check(settings.balance());
        if (settings.sessionTimeout().toMillis()
                < 2 * settings.heartbeatInterval().toMillis()) {
            throw new ConfigException(
                    KRaftConfigs.BROKER_SESSION_TIMEOUT_MS_CONFIG,
                    settings.sessionTimeout().toMillis(),
                    "it must be at least twice " + KRaftConfigs.BROKER_HEARTBEAT_INTERVAL_MS_CONFIG + "="
                            + settings.heartbeatInterval().toMillis() + ", or one lost heartbeat ends the session");
        }
    }

    private static void advertised(ListenerSettings listeners) {
        for (Endpoint endpoint : listeners.advertised()) {
            if (isWildcard(endpoint.host()) || endpoint.port() == 0) {
                throw new ConfigException(
                        SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG,
                        endpoint.host() + ":" + endpoint.port(),
                        "no client can connect to that: name a host and a port, or leave the setting out and each"
                                + " client is told the address that it has reached");
            }
        }
    }

    /** Two sockets of one process cannot have one address, and the system's own message would not say which. */
    private static void ports(WeirSettings settings) {
        Map<String, String> taken = new HashMap<>();
        if (settings.roles().contains(Role.PROXY)) {
            for (Endpoint endpoint : settings.listeners().listeners()) {
                taken(taken, SocketServerConfigs.LISTENERS_CONFIG, endpoint.host(), endpoint.port());
            }
        }
        ClusterSettings cluster = settings.cluster();
        cluster.internal().ifPresent(address -> taken(taken, WeirKeys.INTERNAL_LISTENER, address));
        cluster.controller().ifPresent(address -> taken(taken, WeirKeys.CONTROLLER_LISTENER, address));
        taken(taken, WeirKeys.HTTP_LISTENER, settings.httpListener());
    }

    private static void taken(Map<String, String> taken, String setting, InetSocketAddress address) {
        taken(taken, setting, address.getHostString(), address.getPort());
    }

    private static void taken(Map<String, String> taken, String setting, String host, int port) {
        String place = host + ":" + port;
        String other = port == 0 ? null : taken.put(place, setting);
        if (other != null) {
            throw new ConfigException(setting, place, "it is also in " + other + ": give it a port of its own");
        }
    }

    static boolean isWildcard(String host) {
        return WILDCARDS.contains(host);
    }

    private static void sizes(WeirSettings settings) {
        LogSettings log = settings.log();
        ListenerSettings listeners = settings.listeners();
        atMost(
                ServerConfigs.MESSAGE_MAX_BYTES_CONFIG,
                settings.messageMaxBytes(),
                SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_CONFIG,
                listeners.requests().maxBytes());
        atMost(
                SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_CONFIG,
                listeners.requests().maxBytes(),
                SocketServerConfigs.QUEUED_MAX_BYTES_CONFIG,
                listeners.requests().maxInFlightBytes());
        atMost(WeirKeys.SEGMENT_FLUSH_BYTES, log.segmentFlushBytes(), WeirKeys.TAIL_CACHE_BYTES, log.tailCacheBytes());
        atMost(WeirKeys.ACK_BUFFER_MAX_BYTES, log.ackBufferMaxBytes(), WeirKeys.TAIL_CACHE_BYTES, log.tailCacheBytes());
        atMost(
                WeirKeys.COMMIT_LOG_FILE_BYTES,
                log.commitLogFileBytes(),
                WeirKeys.COMMIT_LOG_MAX_BYTES,
                log.commitLogMaxBytes() / 2);
    }

    private static void atMost(String name, long value, String otherName, long bound) {
        if (value > bound) {
            throw new ConfigException(
                    name, value, otherName + " allows at most " + bound + ": lower the one or raise the other");
        }
    }
}
