package io.weir.controller;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * How a controller decides.
 *
 * @param sessionTimeout silence after which a node is fenced
 * @param idleRecordInterval how often an idle controller writes something; zero: never. Followers see that their
 *     leader lives by its answers, which come often enough
 * @param leaderImbalanceCheckInterval how often partitions are given back to their preferred owner; zero: never
 * @param defaultPartitions of a topic that is created without a number
 * @param deleteTopics whether clients may delete topics ({@code delete.topic.enable})
 * @param maxRecordsPerBatch above 10,000 and another on every controller of a quorum: a result of exactly a
 *     multiple would make the controller resign (KAFKA-21129)
 * @param nodeDefinition every setting that a node has
 * @param nodeSettings what was set on this node, by Kafka's names; the defaults that topics get follow from it
 */
public record ControllerConfig(
        Duration sessionTimeout,
        Duration idleRecordInterval,
        Duration leaderImbalanceCheckInterval,
        int defaultPartitions,
        boolean deleteTopics,
        int maxRecordsPerBatch,
        ConfigDef nodeDefinition,
        Map<String, ?> nodeSettings) {
    /** Prime, so that no result of a few whole batches for one controller is one for the next, too. */
    private static final List<Integer> BATCHES = List.of(10_007, 10_009, 10_037, 10_039, 10_061, 10_067, 10_069);

    /** Copies the settings and holds the batch size above what one user call can write. */
    public ControllerConfig {
        nodeSettings = Map.copyOf(nodeSettings);
        if (maxRecordsPerBatch <= 10_000) {
            throw new IllegalArgumentException("maxRecordsPerBatch is " + maxRecordsPerBatch + ", must be above 10000");
        }
    }

    /** One controller, nodes that are silent for three seconds are gone, Kafka's defaults for topics. */
    public static ControllerConfig defaults() {
        return new ControllerConfig(
                Duration.ofSeconds(3),
                Duration.ZERO,
                Duration.ofSeconds(30),
                1,
                true,
                BATCHES.getFirst(),
                LogConfig.SERVER_CONFIG_DEF,
                Map.of());
    }

    /**
     * For one of several controllers.
     *
     * @param position of this one among the voters, from 0
     */
    public ControllerConfig inQuorum(int position) {
        return new ControllerConfig(
                sessionTimeout,
                idleRecordInterval,
                leaderImbalanceCheckInterval,
                defaultPartitions,
                deleteTopics,
                BATCHES.get(position % BATCHES.size()),
                nodeDefinition,
                nodeSettings);
    }

    /** With what was set on this node. */
    public ControllerConfig withNodeSettings(ConfigDef definition, Map<String, ?> settings) {
        return new ControllerConfig(
                sessionTimeout,
                idleRecordInterval,
                leaderImbalanceCheckInterval,
                defaultPartitions,
                deleteTopics,
                maxRecordsPerBatch,
                definition,
                settings);
    }

    /** With another number of partitions for topics that are created without one. */
    public ControllerConfig withDefaultPartitions(int partitions) {
        return new ControllerConfig(
                sessionTimeout,
                idleRecordInterval,
                leaderImbalanceCheckInterval,
                partitions,
                deleteTopics,
                maxRecordsPerBatch,
                nodeDefinition,
                nodeSettings);
    }
}
