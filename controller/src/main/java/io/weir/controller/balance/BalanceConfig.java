package io.weir.controller.balance;

import java.time.Duration;

/**
 * How partitions are kept spread over the nodes.
 *
 * @param candidates whether the sets of nodes that may own partitions are kept complete
 * @param leaders whether every node gets as many partitions as the others, and those back that it had before it was away
 * @param giveBackInterval between two rounds in which partitions are given back to preferred owners; zero: at once
 * @param checkInterval how often to look whether something is to be done
 * @param settle how long no node must have come or gone before anything is moved
 * @param orphanGrace how long a partition has no owner, because all its candidates are away, before another adopts it
 * @param goneAfter how long a node is unregistered before it is a candidate no longer; a restart takes less
 * @param absentAfter how long a node is fenced before another takes its place
 * @param batchPartitions in one request to the controller, at most
 * @param batchOwners that change in one request, at most: each of them stands still for as long as the batch takes
 * @param pause between two requests
 */
public record BalanceConfig(
        boolean candidates,
        boolean leaders,
        Duration giveBackInterval,
        Duration checkInterval,
        Duration settle,
        Duration orphanGrace,
        Duration goneAfter,
        Duration absentAfter,
        int batchPartitions,
        int batchOwners,
        Duration pause) {
    /** What one call of a user may write is 10,000 records; half of it leaves the controller time for others. */
    public static final int MAX_BATCH_PARTITIONS = 5_000;

    /** Holds the batch within what a controller takes. */
    public BalanceConfig {
        if (batchPartitions < 1 || batchPartitions > MAX_BATCH_PARTITIONS) {
            throw new IllegalArgumentException(
                    "batchPartitions is " + batchPartitions + ", must be 1.." + MAX_BATCH_PARTITIONS);
        }
        if (batchOwners < 1 || batchOwners > batchPartitions) {
            throw new IllegalArgumentException(
                    "batchOwners is " + batchOwners + ", must be 1.." + batchPartitions + " (batchPartitions)");
        }
    }

    /** Everything on; half a second to settle; nodes are gone after a minute unregistered or an hour fenced. */
    public static BalanceConfig defaults() {
        return new BalanceConfig(
                true,
                true,
                Duration.ZERO,
                Duration.ofMillis(200),
                Duration.ofMillis(500),
                Duration.ofSeconds(3),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                2_000,
                250,
                Duration.ofMillis(50));
    }

    /** With leaders or candidates left as they are. */
    public BalanceConfig with(Goals goals) {
        return new BalanceConfig(
                goals.candidates(),
                goals.leaders(),
                giveBackInterval,
                checkInterval,
                settle,
                orphanGrace,
                goneAfter,
                absentAfter,
                batchPartitions,
                batchOwners,
                pause);
    }

    /** With rounds of giving back that are so far apart. */
    public BalanceConfig withGiveBackInterval(Duration interval) {
        return new BalanceConfig(
                candidates,
                leaders,
                interval,
                checkInterval,
                settle,
                orphanGrace,
                goneAfter,
                absentAfter,
                batchPartitions,
                batchOwners,
                pause);
    }

    /** With so many partitions that change owners at a time. */
    public BalanceConfig withBatchOwners(int partitions) {
        return new BalanceConfig(
                candidates,
                leaders,
                giveBackInterval,
                checkInterval,
                settle,
                orphanGrace,
                goneAfter,
                absentAfter,
                batchPartitions,
                partitions,
                pause);
    }

    Goals goals() {
        return new Goals(candidates, leaders);
    }
}
