package io.weir.metadata.node;

import java.time.Duration;

/**
 * How a node keeps the in-sync sets of its partitions complete.
 *
 * @param nodeId of this node
 * @param batchPartitions in one request, at most; far below what makes a controller resign (KAFKA-21129)
 * @param firstRetry pause after a request that failed, or that the controller refused in part; doubles with each
 *     failure that follows
 * @param longestRetry that the pause grows to
 * @param requestTimeout after which a request that nobody answered counts as failed
 */
public record HealerConfig(
        int nodeId, int batchPartitions, Duration firstRetry, Duration longestRetry, Duration requestTimeout) {
    /** The largest batch that a controller is sent. */
    public static final int MAX_BATCH_PARTITIONS = 5_000;

    /** Holds the batch within what a controller takes. */
    public HealerConfig {
        if (batchPartitions < 1 || batchPartitions > MAX_BATCH_PARTITIONS) {
            throw new IllegalArgumentException(
                    "batchPartitions is " + batchPartitions + ", must be 1.." + MAX_BATCH_PARTITIONS);
        }
    }

    /** Batches of 5,000; retries after 20 ms to 1 s. */
    public static HealerConfig defaults(int nodeId) {
        return new HealerConfig(
                nodeId, MAX_BATCH_PARTITIONS, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
}
