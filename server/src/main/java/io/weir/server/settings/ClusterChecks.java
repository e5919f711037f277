package io.weir.server.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.raft.KRaftConfigs;
import org.apache.kafka.raft.QuorumConfig;

/** What must hold between roles, controllers and listeners. Pure; any thread. */
final class ClusterChecks {
    /** What only makes sense beside other nodes. */
    private static final List<String> FOR_CLUSTERS = List.of(
            WeirKeys.INTERNAL_LISTENER,
            WeirKeys.INTERNAL_ADVERTISED,
            WeirKeys.CONTROLLER_LISTENER,
            WeirKeys.INTERNAL_SECRET_FILE);

    private final WeirSettings settings;
    private final Set<Role> roles;
    private final ClusterSettings cluster;

    private ClusterChecks(WeirSettings settings) {
        this.settings = settings;
        this.roles = settings.roles();
        this.cluster = settings.cluster();
    }

    static void check(WeirSettings settings) {
        ClusterChecks checks = new ClusterChecks(settings);
        if (checks.cluster.alone()) {
            checks.alone();
        } else {
            checks.identity();
            checks.voters();
            checks.clients();
            checks.internal();
            checks.controller();
            checks.store();
            checks.secret();
        }
    }

    private void alone() {
        if (!roles.equals(Role.all())) {
            throw bad(
                    WeirKeys.ROLES,
                    Role.words(roles),
                    "the other roles must be somewhere. Say where the controllers are, for example "
                            + QuorumConfig.QUORUM_VOTERS_CONFIG + "=1@10.0.0.1:9093, or leave "
                            + WeirKeys.ROLES + " out: then this process plays them all");
        }
        for (String key : FOR_CLUSTERS) {
            settings.written(key).ifPresent(value -> {
                throw bad(
                        key,
                        value,
                        "it is for a node that is one of several; this one is alone. Set "
                                + QuorumConfig.QUORUM_VOTERS_CONFIG + ", or leave it out");
            });
        }
    }

    private void identity() {
        if (cluster.id().isEmpty()) {
            throw missing(
                    WeirKeys.CLUSTER_ID,
                    "with " + QuorumConfig.QUORUM_VOTERS_CONFIG + " every node must name the cluster that it belongs"
                            + " to. Any words do, the same on every node");
        }
        if (settings.written(KRaftConfigs.NODE_ID_CONFIG).isEmpty()) {
            throw missing(
                    KRaftConfigs.NODE_ID_CONFIG,
                    "with " + QuorumConfig.QUORUM_VOTERS_CONFIG + " every node must have a number of its own");
        }
    }

    private void voters() {
        boolean voter = own().isPresent();
        if (roles.contains(Role.CONTROLLER) && !voter) {
            throw bad(
                    KRaftConfigs.NODE_ID_CONFIG,
                    settings.nodeId(),
                    "it has the role controller and is not in " + QuorumConfig.QUORUM_VOTERS_CONFIG
                            + "; add it there, or take the role away");
        }
        if (!roles.contains(Role.CONTROLLER) && voter) {
            throw bad(
                    KRaftConfigs.NODE_ID_CONFIG,
                    settings.nodeId(),
                    QuorumConfig.QUORUM_VOTERS_CONFIG + " has a controller of that id, and this node is none: give it"
                            + " another id, or the role controller");
        }
    }

    private void clients() {
        if (!roles.contains(Role.PROXY)) {
            refuse(SocketServerConfigs.LISTENERS_CONFIG, "only a proxy talks to clients");
            refuse(SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG, "only a proxy talks to clients");
            return;
        }
        for (Endpoint endpoint : settings.listeners().listeners()) {
            if (SettingChecks.isWildcard(endpoint.host())
                    && settings.listeners().advertised().isEmpty()) {
                throw missing(
                        SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG,
                        endpoint.host() + " in " + SocketServerConfigs.LISTENERS_CONFIG
                                + " is every address of this machine, and the other nodes' clients must be told one");
            }
        }
    }

    private void internal() {
        if (!ownsPartitions()) {
            String reason = "only a broker or a coordinator is called by other nodes";
            refuse(WeirKeys.INTERNAL_LISTENER, reason);
            refuse(WeirKeys.INTERNAL_ADVERTISED, reason);
            return;
        }
        InetSocketAddress listener = cluster.internal()
                .orElseThrow(() -> missing(
                        WeirKeys.INTERNAL_LISTENER,
                        "other nodes must reach this one's broker and coordinator. Set it, for example "
                                + WeirKeys.INTERNAL_LISTENER + "=10.0.0.1:9094"));
        if (SettingChecks.isWildcard(listener.getHostString())
                && cluster.advertised().isEmpty()) {
            throw missing(
                    WeirKeys.INTERNAL_ADVERTISED,
                    WeirKeys.INTERNAL_LISTENER + "=" + place(listener)
                            + " is every address of this machine, and the other nodes must be told one");
        }
        cluster.advertised().ifPresent(told -> {
            if (SettingChecks.isWildcard(told.getHostString()) || told.getPort() == 0) {
                throw bad(WeirKeys.INTERNAL_ADVERTISED, place(told), "no node can connect to that: name host and port");
            }
        });
    }

    private void controller() {
        if (!roles.contains(Role.CONTROLLER)) {
            refuse(WeirKeys.CONTROLLER_LISTENER, "this node has no role controller");
        }
    }

    private void store() {
        boolean uses = !roles.equals(Set.of(Role.CONTROLLER));
        if (uses && !settings.sharedStore()) {
            throw bad(
                    WeirKeys.STORE,
                    settings.store(),
                    "the nodes of a cluster share one store, and this one is only seen by its own process. Set it,"
                            + " for example " + WeirKeys.STORE + "=hdfs://namenode:8020/weir");
        }
    }

    private void secret() {
        if (cluster.secretFile().isPresent()) {
            return;
        }
        cluster.internal().ifPresent(address -> mustBeLoopback(WeirKeys.INTERNAL_LISTENER, address));
        cluster.controller()
                .ifPresent(address -> mustBeLoopback(
                        settings.written(WeirKeys.CONTROLLER_LISTENER).isPresent()
                                ? WeirKeys.CONTROLLER_LISTENER
                                : QuorumConfig.QUORUM_VOTERS_CONFIG,
                        address));
    }

    private static void mustBeLoopback(String setting, InetSocketAddress address) {
        if (!isLoopback(address.getHostString())) {
            throw bad(
                    setting,
                    place(address),
                    "whoever reaches that address could do everything. Put a secret that all nodes share into a file"
                            + " and set " + WeirKeys.INTERNAL_SECRET_FILE + ", or listen on 127.0.0.1");
        }
    }

    /** Without asking anybody for the address of a name. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean ownsPartitions() {
        return roles.contains(Role.BROKER) || roles.contains(Role.COORDINATOR);
    }

    private Optional<Voter> own() {
        return cluster.voters().stream()
                .filter(voter -> voter.id() == settings.nodeId())
                .findAny();
    }

    private void refuse(String setting, String reason) {
        settings.written(setting).ifPresent(value -> {
            throw bad(setting, value, reason + ": leave it out");
        });
    }

    private static String place(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static ConfigException bad(String setting, Object value, String reason) {
        return new ConfigException(setting, value, reason);
    }

    private static ConfigException missing(String setting, String reason) {
        return new ConfigException("Setting " + setting + " is missing: " + reason + ".");
    }
}
