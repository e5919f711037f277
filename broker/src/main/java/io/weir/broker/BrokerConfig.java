package io.weir.broker;

import java.time.Duration;

/**
 * Bounds of the broker role.
 *
 * @param maxFetchBytes most bytes of records in one fetch answer, whatever the client asks ({@code fetch.max.bytes});
 *     the first batch is sent whole even when it is larger
 * @param maxFetchWait longest time that a fetch waits, whatever the client asks
 * @param maxWaitingFetches fetches that may wait at one time, half of them as their connection's second or later one; one
 *     more is answered at once with what is there
 * @param maxWaitingPartitions the same for the partitions in them ({@code weir.fetch.max.waiting.partitions})
 * @param wakeParallelism how many threads of the executor re-evaluate waiting fetches at one time
 * @param leaderAckTimeout shortest time that a produce request with acks=1 is given. In Kafka the request's own
 *     timeout bounds the wait for followers only, so clients with acks=1 send small values; here acks=1 waits for
 *     durability as well
 * @param maxRequestTimeout upper bound of the timeouts that requests carry
 * @param listOffsetsTimeout for ListOffsets requests that carry none
 * @param ownershipTimeout longest time that the publishing of a metadata image waits for its partitions to open
 * @param ownershipRetry pause before a partition whose store was unavailable is opened again
 * @param maxMetricTopics topics that have counters of their own; the others share one named {@code (other)}
 */
public record BrokerConfig(
        int maxFetchBytes,
        Duration maxFetchWait,
        int maxWaitingFetches,
        long maxWaitingPartitions,
        int wakeParallelism,
        Duration leaderAckTimeout,
        Duration maxRequestTimeout,
        Duration listOffsetsTimeout,
        Duration ownershipTimeout,
        Duration ownershipRetry,
        int maxMetricTopics) {
    public BrokerConfig {
        requirePositive("maxFetchBytes", maxFetchBytes);
        requirePositive("maxFetchWait", maxFetchWait.toMillis());
        requirePositive("maxWaitingFetches", maxWaitingFetches);
        requirePositive("maxWaitingPartitions", maxWaitingPartitions);
        requirePositive("wakeParallelism", wakeParallelism);
        requirePositive("leaderAckTimeout", leaderAckTimeout.toMillis());
        requirePositive("maxRequestTimeout", maxRequestTimeout.toMillis());
        requirePositive("listOffsetsTimeout", listOffsetsTimeout.toMillis());
        requirePositive("ownershipTimeout", ownershipTimeout.toMillis());
        requirePositive("ownershipRetry", ownershipRetry.toMillis());
        requirePositive("maxMetricTopics", maxMetricTopics);
    }

    /** Kafka's own values where Kafka has the thing. */
    public static BrokerConfig defaults() {
        return new BrokerConfig(
                55 * 1024 * 1024,
                Duration.ofMinutes(5),
                20_000,
                400_000,
                2,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                1_000);
    }

    /**
     * The same with other bounds of fetches.
     *
     * @param maxBytes as {@link #maxFetchBytes}
     * @param waitingFetches as {@link #maxWaitingFetches}
     * @param waitingPartitions as {@link #maxWaitingPartitions}
     */
    public BrokerConfig withFetchBounds(int maxBytes, int waitingFetches, long waitingPartitions) {
        return new BrokerConfig(
                maxBytes,
                maxFetchWait,
                waitingFetches,
                waitingPartitions,
                wakeParallelism,
                leaderAckTimeout,
                maxRequestTimeout,
                listOffsetsTimeout,
                ownershipTimeout,
                ownershipRetry,
                maxMetricTopics);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("broker: " + name + " is " + value + ", it must be positive");
        }
    }
}
