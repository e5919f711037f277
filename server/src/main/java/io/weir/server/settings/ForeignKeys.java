package io.weir.server.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.config.ReplicationConfigs;

/**
 * Kafka's settings that Weir does not have, with what to do instead: people bring their {@code server.properties}.
 * Pure; any thread.
 */
final class ForeignKeys {
    /** Weir has these, and no other of the family that their names begin with. */
    private static final Set<String> OF_A_FAMILY = Set.of(
            QuorumConfig.QUORUM_VOTERS_CONFIG,
            QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG,
            QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG,
            QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG,
            QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG,
            QuorumConfig.QUORUM_LINGER_MS_CONFIG,
            ReplicationConfigs.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS_CONFIG);

    private static final Map<String, String> EXACT = exact();
    private static final Map<String, String> PREFIXES = prefixes();

    private ForeignKeys() {}

    /** What to do instead of setting {@code key}, when it is one that Kafka has or had. */
    static Optional<String> advice(String key) {
        if (OF_A_FAMILY.contains(key)) {
            return Optional.empty();
        }
        String exact = EXACT.get(key);
        if (exact != null) {
            return Optional.of(exact);
        }
        return PREFIXES.entrySet().stream()
                .filter(entry -> key.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Map<String, String> exact() {
        Map<String, String> advice = new LinkedHashMap<>();
        String directory = "Weir keeps everything in one directory: set weir.data.dir instead";
        advice.put("log.dir", directory);
        advice.put("log.dirs", directory);
        advice.put("metadata.log.dir", directory);
        advice.put("cordoned.log.dirs", directory);
        advice.put("broker.id", "set node.id instead");
        advice.put("port", "set listeners instead, for example listeners=PLAINTEXT://127.0.0.1:9092");
        advice.put("host.name", "set listeners instead, for example listeners=PLAINTEXT://127.0.0.1:9092");
        advice.put("advertised.host.name", "set advertised.listeners instead");
        advice.put("advertised.port", "set advertised.listeners instead");
        advice.put("process.roles", "set roles instead, or leave it out: one process plays every role");
        String listenerNames = "nodes reach each other through weir.internal.listener, and controllers at the addresses"
                + " of controller.quorum.voters: leave it out";
        advice.put("controller.listener.names", listenerNames);
        advice.put("inter.broker.listener.name", listenerNames);
        advice.put("security.inter.broker.protocol", listenerNames);
        advice.put("early.start.listeners", listenerNames);
        advice.put(
                "listener.security.protocol.map",
                "every listener is PLAINTEXT so far: name it PLAINTEXT in listeners and leave the map out");
        String durable = "Weir acknowledges a record when it is durable, without a setting: leave it out. A topic may"
                + " choose weir.ack=buffer";
        advice.put("log.flush.interval.messages", durable);
        advice.put("log.flush.interval.ms", durable);
        advice.put("log.flush.scheduler.interval.ms", durable);
        advice.put("flush.messages", durable);
        advice.put(
                "min.insync.replicas",
                "the store keeps the copies and an acknowledged record is durable: leave it out");
        advice.put(
                "unclean.leader.election.enable",
                "every candidate for a partition reads the same bytes, so no election loses any: leave it out");
        String checkpoint = "Weir's checkpoints are part of its log: leave it out";
        advice.put("log.flush.offset.checkpoint.interval.ms", checkpoint);
        advice.put("log.flush.start.offset.checkpoint.interval.ms", checkpoint);
        advice.put("num.recovery.threads.per.data.dir", "recovery takes as many threads as it can use: leave it out");
        advice.put(
                "log.index.size.max.bytes", "an index is part of its segment and as large as it must be: leave it out");
        advice.put("log.preallocate", "files are never allocated ahead of their bytes: leave it out");
        String roll = "set weir.segment.flush.ms, which bounds how long a batch waits for its segment";
        advice.put("log.roll.ms", roll);
        advice.put("log.roll.hours", roll);
        advice.put("log.roll.jitter.ms", roll);
        advice.put("log.roll.jitter.hours", roll);
        advice.put("log.index.interval.bytes", "an index has an entry for every 4 KiB: leave it out");
        advice.put(
                "log.segment.delete.delay.ms", "a file goes when its last reader has finished with it: leave it out");
        advice.put(
                "default.replication.factor",
                "the store keeps the copies, and whatever factor a client asks for is accepted: leave it out");
        String threads =
                "requests are handled by the event loops (num.network.threads) and by virtual threads: leave it out";
        advice.put("num.io.threads", threads);
        advice.put("background.threads", threads);
        advice.put("queued.max.requests", "set queued.max.request.bytes, which bounds the memory of queued requests");
        advice.put("max.connections.per.ip.overrides", "set max.connections.per.ip, which holds for every address");
        advice.put(
                "leader.imbalance.per.broker.percentage",
                "every partition that is not with its preferred owner is given back: leave it out, or set"
                        + " auto.leader.rebalance.enable=false");
        advice.put(
                "group.coordinator.rebalance.protocols",
                "the classic and the consumer protocol are always both on: leave it out");
        advice.put("group.coordinator.new.enable", "there is only the new group coordinator: leave it out");
        String message = "set log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms instead";
        advice.put("log.message.timestamp.difference.max.ms", message);
        advice.put("log.message.format.version", "every batch is stored in format 2: leave it out");
        advice.put("inter.broker.protocol.version", "there is one version of the protocol in a release: leave it out");
        advice.put(
                "authorizer.class.name", "there is no authorization yet: listen on loopback or in a trusted network");
        return Map.copyOf(advice);
    }

    private static Map<String, String> prefixes() {
        Map<String, String> advice = new LinkedHashMap<>();
        advice.put("zookeeper.", "there is no ZooKeeper: the controller is inside the process. Leave it out");
        advice.put(
                "controller.quorum.",
                "set controller.quorum.voters, the same on every node, and of the family besides only time-outs");
        advice.put("controller.", "the controller needs no setting but controller.quorum.voters: leave it out");
        advice.put("metadata.", "the metadata log needs no setting: leave it out");
        advice.put("log.cleaner.", "the cleaner needs no setting for the node: leave it out. A topic may set its own");
        advice.put("log.local.", "there is no tiered storage to set: the store is the only tier");
        advice.put("remote.", "there is no tiered storage to set: the store is the only tier");
        advice.put("replica.", "nodes do not copy records from each other, the store keeps the copies: leave it out");
        advice.put(
                "num.replica.", "nodes do not copy records from each other, the store keeps the copies: leave it out");
        advice.put("leader.", "partitions move without copying, so there is nothing to set: leave it out");
        advice.put("transaction", "transactions are not there yet");
        advice.put("group.share.", "share groups are not there yet");
        advice.put("share.", "share groups are not there yet");
        advice.put("group.streams.", "the streams group protocol is not there yet");
        advice.put("ssl.", "TLS is not there yet: listen on loopback or in a trusted network");
        advice.put("sasl.", "authentication is not there yet: listen on loopback or in a trusted network");
        advice.put("listener.name.", "settings of a single listener are not there yet");
        advice.put("quota.", "quotas are not there yet");
        advice.put("delegation.token.", "delegation tokens are not there yet");
        advice.put("metric", "metrics are at /metrics of weir.http.listener: leave it out");
        advice.put("kafka.metrics.", "metrics are at /metrics of weir.http.listener: leave it out");
        return advice;
    }
}
