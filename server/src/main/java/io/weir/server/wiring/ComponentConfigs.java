package io.weir.server.wiring;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.broker.BrokerConfig;
import io.weir.controller.ControllerConfig;
import io.weir.controller.balance.BalanceConfig;
import io.weir.controller.crash.CrashConfig;
import io.weir.coordinator.CoordinatorConfig;
import io.weir.kafka.client.RemoteConfig;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.Network;
import io.weir.kafka.wire.WireConfig;
import io.weir.log.NodeLogConfig;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.commitlog.CommitLogConfig;
import io.weir.metadata.NodeSettings;
import io.weir.metadata.node.HealerConfig;
import io.weir.metadata.node.RegistrationConfig;
import io.weir.metadata.node.RemoteControllerConfig;
import io.weir.metadata.node.Role;
import io.weir.metadata.raft.PeerConfig;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.Voters;
import io.weir.proxy.ProxyConfig;
import io.weir.proxy.fetch.FetchConfig;
import io.weir.proxy.peer.RemoteNodes;
import io.weir.proxy.tail.TailConfig;
import io.weir.server.settings.BalanceSettings;
import io.weir.server.settings.ClusterSettings;
import io.weir.server.settings.FetchSettings;
import io.weir.server.settings.ListenerSettings;
import io.weir.server.settings.LogSettings;
import io.weir.server.settings.QuorumSettings;
import io.weir.server.settings.SettingDefinitions;
import io.weir.server.settings.WeirSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Every component's config record, out of one node's settings. Pure. */
public final class ComponentConfigs {
    /** As Kafka's, where its time-outs are as long as Kafka's. */
    private static final Duration LONGEST_FETCH_WAIT = Duration.ofMillis(500);

    private final WeirSettings settings;
    private final Optional<ClusterSecret> secret;

    /** @param secret that all nodes of the cluster share, if they do */
    public ComponentConfigs(WeirSettings settings, Optional<ClusterSecret> secret) {
        this.settings = settings;
        this.secret = secret;
    }

    WireConfig wire() {
        ListenerSettings listeners = settings.listeners();
        List<WireConfig.Listener> all = new ArrayList<>();
        if (settings.roles().contains(io.weir.server.settings.Role.PROXY)) {
            listeners
                    .listeners()
                    .forEach(endpoint -> all.add(new WireConfig.Listener(
                            endpoint.listener(), endpoint.host(), endpoint.port(), endpoint.securityProtocol())));
        }
        ClusterSettings cluster = settings.cluster();
        cluster.internal().ifPresent(address -> all.add(forNodes(RemoteNodes.LISTENER, address)));
        cluster.controller().ifPresent(address -> all.add(forNodes(ListenerRoom.CONTROLLER, address)));
        return new WireConfig(
                all,
                listeners.networkThreads(),
                listeners.nativeTransport(),
                listeners.sockets(),
                connections(),
                listeners.requests(),
                listeners.answers(),
                listeners.closeTimeout());
    }

    private static WireConfig.Listener forNodes(String name, InetSocketAddress address) {
        return WireConfig.Listener.forNodes(name, address.getHostString(), address.getPort());
    }

    /** Names of the listeners for clients. */
    List<String> clientListeners() {
        return settings.listeners().listeners().stream().map(Endpoint::listener).toList();
    }

    Network network(PooledByteBufAllocator allocator) {
        ListenerSettings listeners = settings.listeners();
        return new Network(listeners.networkThreads(), listeners.nativeTransport(), allocator);
    }

    /** What is fetched from owners must fit in, however much of it the caches keep and however slowly clients take it. */
    RemoteConfig remote() {
        RemoteConfig base = RemoteConfig.defaults();
        long unsent = settings.listeners().answers().maxUnsentBytes();
        long one = 2L * settings.fetches().maxBytes() + settings.messageMaxBytes();
        return base.withAnswers(
                Math.clamp(one, base.maxAnswerBytes(), Integer.MAX_VALUE),
                Math.max(base.maxAnswersBytes(), settings.proxy().tailCacheBytes() + Math.max(unsent, one)));
    }

    RemoteControllerConfig remoteController() {
        return RemoteControllerConfig.defaults();
    }

    /** Whether this node writes the metadata log, votes on it, or follows it. */
    RaftConfig raft() {
        SortedMap<Integer, InetSocketAddress> voters = new TreeMap<>();
        settings.cluster().voters().forEach(voter -> voters.put(voter.id(), voter.address()));
        QuorumSettings quorum = settings.quorum();
        return RaftConfig.defaults()
                .withTimeouts(
                        quorum.electionTimeout(),
                        quorum.fetchTimeout(),
                        quorum.electionBackoffMax(),
                        quorum.requestTimeout())
                .withAppendLinger(quorum.appendLinger())
                .withPeers(PeerConfig.defaults()
                        .withVoters(new Voters(voters))
                        .withSecret(secret.map(ClusterSecret::password))
                        .withFetchWait(fetchWait(quorum)));
    }

    /** Answers must come several times before a follower gives its leader up, and before it asks again. */
    private static Duration fetchWait(QuorumSettings quorum) {
        Duration often = quorum.fetchTimeout().dividedBy(4);
        Duration inTime = quorum.requestTimeout().dividedBy(2);
        Duration shorter = often.compareTo(inTime) < 0 ? often : inTime;
        return shorter.compareTo(LONGEST_FETCH_WAIT) < 0 ? shorter : LONGEST_FETCH_WAIT;
    }

    HealerConfig healer() {
        return HealerConfig.defaults(settings.nodeId());
    }

    private WireConfig.ConnectionLimits connections() {
        WireConfig.ConnectionLimits limits = settings.listeners().connections();
        return limits.withMax(OpenFiles.connections(limits.max()));
    }

    NodeLogConfig log() {
        LogSettings log = settings.log();
        NodeLogConfig base = NodeLogConfig.defaults();
        CommitLogConfig commits = base.commitLog();
        return new NodeLogConfig(
                new CommitLogConfig(
                        log.commitLogFileBytes(),
                        commits.groupBytes(),
                        commits.retryBackoff(),
                        commits.failAfter(),
                        log.ackBufferMaxBytes()),
                log.commitLogMaxBytes(),
                log.tailCacheBytes(),
                log.segmentFlushBytes(),
                log.segmentFlushInterval(),
                base.readCacheSegments(),
                base.indexIntervalBytes(),
                base.maxWaitingAppends(),
                log.producerIdExpiration(),
                base.maxTransactionTimeoutMs(),
                log.retentionCheckInterval(),
                base.orphanAge(),
                base.letGoPatience(),
                ReadCacheConfig.ofBytes(log.readCacheBytes()));
    }

    ControllerConfig controller() {
        Voters voters = raft().peers().voters();
        ControllerConfig base = ControllerConfig.defaults().inQuorum(voters.position(settings.nodeId()));
        return new ControllerConfig(
                settings.sessionTimeout(),
                base.idleRecordInterval(),
                // The balancer's business, which knows when.
                Duration.ZERO,
                settings.topics().defaultPartitions(),
                settings.topics().deletionEnabled(),
                base.maxRecordsPerBatch(),
                controllerDefinition(),
                settings.explicit());
    }

    CrashConfig crashes() {
        return CrashConfig.of(settings.crashDetection(), settings.heartbeatInterval());
    }

    BalanceConfig balance() {
        BalanceSettings balance = settings.balance();
        return new BalanceConfig(
                balance.candidates(),
                balance.leaders(),
                balance.giveBackInterval(),
                BalanceConfig.defaults().checkInterval(),
                balance.settle(),
                balance.orphanGrace(),
                balance.goneAfter(),
                balance.absentAfter(),
                balance.batchPartitions(),
                balance.batchOwners(),
                balance.pause());
    }

    /** Kafka's controller looks for defaults of topics under all of Kafka's names, also those that Weir does not offer. */
    private static ConfigDef controllerDefinition() {
        ConfigDef definition = SettingDefinitions.all();
        LogConfig.SERVER_CONFIG_DEF.configKeys().forEach((name, key) -> {
            if (!definition.names().contains(name)) {
                definition.define(key);
            }
        });
        return definition;
    }

    RegistrationConfig registration(String clusterId, List<Endpoint> endpoints) {
        RegistrationConfig base = RegistrationConfig.defaults(settings.nodeId(), clusterId, endpoints);
        return new RegistrationConfig(
                base.nodeId(),
                clusterId,
                endpoints,
                settings.rack(),
                settings.roles().stream()
                        .map(role -> Role.valueOf(role.name()))
                        .collect(Collectors.toUnmodifiableSet()),
                settings.heartbeatInterval(),
                base.retryBackoff(),
                settings.leaveTimeout(),
                base.heartbeatsInFlight());
    }

    BrokerConfig broker() {
        FetchSettings fetches = settings.fetches();
        // Each connection may have one that waits, and half of the places are for those that have more.
        long waiting = 2L * settings.listeners().connections().max();
        return BrokerConfig.defaults()
                .withFetchBounds(
                        fetches.maxBytes(),
                        Math.clamp(waiting, 1_000, Integer.MAX_VALUE),
                        fetches.maxWaitingPartitions());
    }

    CoordinatorConfig coordinator() {
        return CoordinatorConfig.from(settings.explicit());
    }

    ProxyConfig proxy(CreatableTopic offsetsTopic) {
        ProxyConfig base = ProxyConfig.defaults();
        Map<String, String> configs = new HashMap<>();
        offsetsTopic.configs().forEach(config -> configs.put(config.name(), config.value()));
        return new ProxyConfig(
                settings.topics().autoCreate(),
                new ProxyConfig.OffsetsTopic(offsetsTopic.numPartitions(), offsetsTopic.replicationFactor(), configs),
                settings.listeners().advertised().isEmpty(),
                settings.maxPartitionsDescribed(),
                new FetchConfig(
                        settings.fetches().sessionSlots(),
                        settings.fetches().sessionPartitions(),
                        settings.fetches().maxBytes(),
                        base.fetch().splitWait()),
                base.visibilityWait(),
                base.producerIdWait(),
                base.retry()
                        .withBounds(
                                settings.proxy().produceRetry(),
                                settings.proxy().requestRetry()),
                TailConfig.ofBytes(settings.proxy().tailCacheBytes()));
    }

    /** As DescribeConfigs shows this node. */
    NodeSettings nodeSettings() {
        return new NodeSettings(settings.nodeId(), SettingDefinitions.all(), settings.explicit(), NodeSettings.DYNAMIC);
    }

    /** The longest that an image waits for its partitions to open. */
    Duration listenerBound() {
        return broker().ownershipTimeout().plusSeconds(1);
    }
}
