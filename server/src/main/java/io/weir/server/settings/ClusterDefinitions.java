package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.raft.KRaftConfigs;
import org.apache.kafka.raft.QuorumConfig;

/** Settings of a node that is one of several. Pure; any thread. */
final class ClusterDefinitions {
    private ClusterDefinitions() {}

    static ConfigDef keys() {
        ConfigDef keys = new ConfigDef();
        quorum(keys);
        links(keys);
        sessions(keys);
        QuorumDefinitions.keys().configKeys().values().forEach(keys::define);
        return keys;
    }

    private static void quorum(ConfigDef keys) {
        keys.define(
                        WeirKeys.CLUSTER_ID,
                        STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        HIGH,
                        "The cluster's id, the same on every node; a node refuses to join another cluster than the one"
                                + " that its directory belongs to. A process that is alone makes its own.")
                .define(
                        QuorumConfig.QUORUM_VOTERS_CONFIG,
                        LIST,
                        List.of(),
                        new Voter.Form(),
                        HIGH,
                        "The controllers, `id@host:port` each, the same on every node: one for trying, three to survive"
                                + " the loss of one. Empty: this process is alone and plays every role.")
                .define(
                        WeirKeys.CONTROLLER_LISTENER,
                        STRING,
                        null,
                        new HostAndPort(),
                        MEDIUM,
                        "Where this node's controller listens, `host:port`, when that is not the address that"
                                + " `controller.quorum.voters` tells the others.");
    }

    private static void links(ConfigDef keys) {
        keys.define(
                        WeirKeys.INTERNAL_LISTENER,
                        STRING,
                        null,
                        new HostAndPort(),
                        HIGH,
                        "Where other nodes call this one's broker and coordinator, `host:port`. Never for clients."
                                + " Port 0 takes a free one.")
                .define(
                        WeirKeys.INTERNAL_ADVERTISED,
                        STRING,
                        null,
                        new HostAndPort(),
                        MEDIUM,
                        "The address that other nodes are told for it. When it is not set, the one that it listens on.")
                .define(
                        WeirKeys.INTERNAL_SECRET_FILE,
                        STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        HIGH,
                        "A file with a secret that all nodes share, by which they prove to each other who they are"
                                + " (SCRAM-SHA-256). Without it, the listeners for nodes and controllers may only be"
                                + " on the loopback address.");
    }

    private static void sessions(ConfigDef keys) {
        keys.define(
                        KRaftConfigs.BROKER_HEARTBEAT_INTERVAL_MS_CONFIG,
                        INT,
                        500,
                        atLeast(10),
                        MEDIUM,
                        "How often a node tells the controller that it is alive, in milliseconds.")
                .define(
                        KRaftConfigs.BROKER_SESSION_TIMEOUT_MS_CONFIG,
                        INT,
                        3000,
                        atLeast(100),
                        MEDIUM,
                        "A node that has been silent for this long loses its partitions, in milliseconds. The"
                                + " controllers' own setting counts.")
                .define(
                        WeirKeys.CRASH_DETECTION,
                        BOOLEAN,
                        true,
                        MEDIUM,
                        "Whether the active controller tries to connect to the internal listener of a node that misses a"
                                + " heartbeat, and takes its partitions from it at once when its host refuses, as when"
                                + " the process was killed. `false`: only the end of the session counts. The"
                                + " controllers' own setting counts.")
                .define(
                        WeirKeys.LEAVE_TIMEOUT_MS,
                        LONG,
                        15_000L,
                        atLeast(0),
                        MEDIUM,
                        "How long a node that is told to stop waits for others to take its partitions over, in"
                                + " milliseconds; then it goes all the same, and they wait for the end of its session."
                                + " Whoever stops it must leave it more time than that.");
    }
}
