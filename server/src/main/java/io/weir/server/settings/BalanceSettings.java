package io.weir.server.settings;

import java.time.Duration;

/**
 * How partitions are kept spread over the nodes.
 *
 * @param leaders whether nodes are given partitions back, and an even share of them
 * @param giveBackInterval between two rounds of giving back; zero: at once
 * @param candidates whether the sets of nodes that may own partitions are kept complete
 * @param settle how long no node must have come or gone
 * @param orphanGrace how long a partition has no candidate alive before another node adopts it
 * @param goneAfter how long a node is unregistered before its places are given away
 * @param absentAfter how long a node is silent before its places are given away
 * @param batchOwners that change in one request
 * @param batchPartitions in one request
 * @param pause between two requests
 */
public record BalanceSettings(
        boolean leaders,
        Duration giveBackInterval,
        boolean candidates,
        Duration settle,
        Duration orphanGrace,
        Duration goneAfter,
        Duration absentAfter,
        int batchOwners,
        int batchPartitions,
        Duration pause) {}
