package io.weir.metadata.raft;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.message.BeginQuorumEpochResponseData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.ChannelBuilders;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.KafkaNetworkChannel;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's channel between controllers, over Kafka's own client, with two things of ours: fetches wait no longer at the
 * leader than the settings say, and a node that most voters take for one of another cluster, or that comes with another
 * secret, ends instead of asking on.
 *
 * <p>Sends are raft's thread's, answers those of the channel's own thread.
 */
final class PeerChannel implements NetworkChannel {
    private static final Logger LOG = LoggerFactory.getLogger(PeerChannel.class);
    private static final long IDLE_MS = 600_000;

    private final NetworkClient client;
    private final KafkaNetworkChannel channel;
    private final PeerConfig config;
    private final String clusterId;
    private final FaultHandler fatal;
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
    private final Set<String> refusing = ConcurrentHashMap.newKeySet();
    private volatile boolean heardOfAny;

    PeerChannel(
            RaftConfig config,
            int nodeId,
            String clusterId,
            Metrics metrics,
            Time time,
            LogContext context,
            FaultHandler fatal) {
        this.config = config.peers();
        this.clusterId = clusterId;
        this.fatal = fatal;
        ListenerName listener = ListenerName.normalised(config.listener());
        int requestTimeoutMs = Math.toIntExact(config.requestTimeout().toMillis());
        this.client = client(config.peers(), listener, nodeId, requestTimeoutMs, metrics, time, context);
        this.channel = new KafkaNetworkChannel(time, listener, client, requestTimeoutMs, "weir-raft");
    }

    private static NetworkClient client(
            PeerConfig config,
            ListenerName listener,
            int nodeId,
            int requestTimeoutMs,
            Metrics metrics,
            Time time,
            LogContext context) {
        Selector selector = new Selector(
                NetworkReceive.UNLIMITED,
                IDLE_MS,
                metrics,
                time,
                "raft-channel",
                Map.of(),
                false,
                channels(config, listener, time, context),
                context);
        return new NetworkClient(
                selector,
                new ManualMetadataUpdater(),
                "weir-raft-" + nodeId,
                1,
                config.reconnectBackoff().toMillis(),
                config.reconnectBackoffMax().toMillis(),
                Selectable.USE_DEFAULT_BUFFER_SIZE,
                Selectable.USE_DEFAULT_BUFFER_SIZE,
                requestTimeoutMs,
                requestTimeoutMs,
                requestTimeoutMs,
                time,
                true,
                new ApiVersions(),
                context,
                MetadataRecoveryStrategy.NONE);
    }

    private static ChannelBuilder channels(PeerConfig config, ListenerName listener, Time time, LogContext context) {
        SecurityProtocol protocol =
                config.secret().isPresent() ? SecurityProtocol.SASL_PLAINTEXT : SecurityProtocol.PLAINTEXT;
        Map<String, Object> settings = new HashMap<>();
        config.secret().ifPresent(secret -> {
            settings.put(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-256");
            settings.put(SaslConfigs.SASL_JAAS_CONFIG, jaas(secret));
        });
        ConfigDef definition = new ConfigDef()
                .define(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                        ConfigDef.Type.STRING,
                        protocol.name,
                        ConfigDef.Importance.MEDIUM,
                        "")
                .withClientSaslSupport();
        return ChannelBuilders.clientChannelBuilder(
                protocol,
                JaasContext.Type.CLIENT,
                new AbstractConfig(definition, settings, false),
                listener,
                "SCRAM-SHA-256",
                time,
                context);
    }

    private static String jaas(String secret) {
        String quoted = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        return String.format(
                Locale.ROOT,
                "%s required username=\"%s\" password=\"%s\";",
                ScramLoginModule.class.getName(),
                PeerConfig.USER,
                quoted);
    }

    void start() {
        channel.start();
    }

    @Override
    public int newCorrelationId() {
        return channel.newCorrelationId();
    }

    @Override
    public void send(RaftRequest.Outbound request) {
        if (request.data() instanceof FetchRequestData fetch) {
            fetch.setMaxWaitMs(
                    (int) Math.min(fetch.maxWaitMs(), config.fetchWait().toMillis()));
        }
        CompletableFuture<Void> _ =
                request.completion.thenAccept(answer -> heard(request.destination(), answer.data()));
        channel.send(request);
    }

    private void heard(Node peer, ApiMessage answer) {
        String voter = peer.idString();
        short error = topLevelError(answer);
        if (error == Errors.NETWORK_EXCEPTION.code()) {
            // As Kafka's channel calls it when one of the two does not know the secret.
            refused(voter, client.authenticationException(peer));
            return;
        }
        if (error == Errors.BROKER_NOT_AVAILABLE.code()) {
            if (unreachable.add(voter)) {
                LOG.warn("event=raft_voter_unreachable voter={} error={}", voter, Errors.forCode(error));
            }
            return;
        }
        heardOfAny = true;
        refusing.remove(voter);
        if (unreachable.remove(voter)) {
            LOG.info("event=raft_voter_reached voter={}", voter);
        }
        if (error != Errors.INCONSISTENT_CLUSTER_ID.code()) {
            strangers.remove(voter);
        } else if (strangers.add(voter)) {
            LOG.error("event=raft_foreign_cluster voter={} cluster_id={} voters={}", voter, clusterId, config.voters());
            if (strangers.size() >= config.voters().majority()) {
                fatal.handleFault(
                        "the controllers of controller.quorum.voters=" + config.voters()
                                + " belong to another cluster than " + clusterId
                                + ", which is this node's; correct cluster.id or controller.quorum.voters, or give this"
                                + " node another directory",
                        null);
            }
        }
    }

    /** A node that has been among them before may be meant to come back as soon as the others have the right secret again. */
    private void refused(String voter, @Nullable AuthenticationException reason) {
        String why = reason == null ? "it broke the connection off" : String.valueOf(reason.getMessage());
        if (!refusing.add(voter)) {
            return;
        }
        LOG.error("event=raft_voter_refuses voter={} reason={}", voter, why);
        if (!heardOfAny && refusing.size() >= config.voters().majority()) {
            fatal.handleFault(
                    "most of controller.quorum.voters=" + config.voters()
                            + " do not take this node for one of theirs: give it the same weir.internal.secret.file as"
                            + " them (" + why + ")",
                    null);
        }
    }

    private static short topLevelError(ApiMessage answer) {
        return switch (answer) {
            case FetchResponseData fetch -> fetch.errorCode();
            case VoteResponseData vote -> vote.errorCode();
            case FetchSnapshotResponseData snapshot -> snapshot.errorCode();
            case BeginQuorumEpochResponseData begin -> begin.errorCode();
            case EndQuorumEpochResponseData end -> end.errorCode();
            default -> Errors.NONE.code();
        };
    }

    @Override
    public ListenerName listenerName() {
        return channel.listenerName();
    }

    @Override
    public void close() throws InterruptedException {
        channel.close();
    }
}
