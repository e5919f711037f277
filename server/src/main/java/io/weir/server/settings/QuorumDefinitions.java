package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;

import io.weir.metadata.raft.RaftConfig;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.raft.QuorumConfig;

/** How patient the controllers and those who follow them are. Pure; any thread. */
final class QuorumDefinitions {
    private QuorumDefinitions() {}

    /** The defaults are the metadata log's own, for one local network, and much shorter than Kafka's. */
    static ConfigDef keys() {
        RaftConfig raft = RaftConfig.defaults();
        return new ConfigDef()
                .define(
                        QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG,
                        INT,
                        milliseconds(raft.fetchTimeout()),
                        atLeast(40),
                        MEDIUM,
                        "A controller that has not heard of the active one for this long takes it for dead, in"
                                + " milliseconds. Raise it where the network or the disks of the controllers stand"
                                + " still at times; the same on every node.")
                .define(
                        QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG,
                        INT,
                        milliseconds(raft.electionTimeout()),
                        atLeast(20),
                        MEDIUM,
                        "How long a controller waits for the others' votes before it asks anew, in milliseconds.")
                .define(
                        QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG,
                        INT,
                        milliseconds(raft.electionBackoffMax()),
                        atLeast(0),
                        LOW,
                        "Longest pause before it does, so that two do not outvote each other for ever, in"
                                + " milliseconds.")
                .define(
                        QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG,
                        INT,
                        milliseconds(raft.requestTimeout()),
                        atLeast(40),
                        MEDIUM,
                        "How long one controller waits for another's answer, in milliseconds.")
                .define(
                        QuorumConfig.QUORUM_LINGER_MS_CONFIG,
                        INT,
                        milliseconds(raft.appendLinger()),
                        atLeast(0),
                        LOW,
                        "How long a change of the metadata waits for others to be flushed with it, in milliseconds.");
    }

    static QuorumSettings settings(AbstractConfig values) {
        return new QuorumSettings(
                duration(values, QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG),
                duration(values, QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG),
                duration(values, QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG),
                duration(values, QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG),
                duration(values, QuorumConfig.QUORUM_LINGER_MS_CONFIG));
    }

    private static Duration duration(AbstractConfig values, String name) {
        return Duration.ofMillis(values.getInt(name));
    }

    private static int milliseconds(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
