package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import io.weir.controller.balance.BalanceConfig;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.config.ReplicationConfigs;

/** Settings of the balancer beside the controllers. Pure; any thread. */
final class BalanceDefinitions {
    private BalanceDefinitions() {}

    /** The defaults are the balancer's own. */
    static ConfigDef keys() {
        ConfigDef keys = new ConfigDef();
        BalanceConfig balance = BalanceConfig.defaults();
        leaders(keys, balance);
        nodes(keys, balance);
        batches(keys, balance);
        return keys;
    }

    private static void leaders(ConfigDef keys, BalanceConfig balance) {
        keys.define(
                        ReplicationConfigs.AUTO_LEADER_REBALANCE_ENABLE_CONFIG,
                        BOOLEAN,
                        balance.leaders(),
                        HIGH,
                        "Whether a node that comes back is given its partitions back, and one that is new an even"
                                + " share. `false` leaves that to `kafka-leader-election.sh` and"
                                + " `kafka-reassign-partitions.sh`; when the owner of a partition goes, another node that"
                                + " may own it takes over in any case.")
                .define(
                        ReplicationConfigs.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS_CONFIG,
                        LONG,
                        balance.giveBackInterval().toSeconds(),
                        atLeast(0),
                        MEDIUM,
                        "Seconds between two rounds in which partitions are given back to their preferred owners."
                                + " 0: as soon as such an owner is there, for nothing has to be copied.")
                .define(
                        WeirKeys.BALANCE_CANDIDATES,
                        BOOLEAN,
                        balance.candidates(),
                        MEDIUM,
                        "Whether each partition is given up to three nodes that may own it, and others in place of"
                                + " those that do not come back. `false` leaves that to `kafka-reassign-partitions.sh`; a"
                                + " partition then waits for one of its own when all of them are away.");
    }

    private static void nodes(ConfigDef keys, BalanceConfig balance) {
        keys.define(
                        WeirKeys.BALANCE_SETTLE_MS,
                        LONG,
                        balance.settle().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "How long no node must have come or gone before anything is moved, in milliseconds.")
                .define(
                        WeirKeys.BALANCE_ORPHAN_MS,
                        LONG,
                        balance.orphanGrace().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "How long a partition is without an owner, because all nodes that may own it are away, before"
                                + " another node gets it, in milliseconds.")
                .define(
                        WeirKeys.BALANCE_GONE_MS,
                        LONG,
                        balance.goneAfter().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "How long a node is unregistered, as after a planned stop, before others take its places among"
                                + " those that may own partitions, in milliseconds. Longer than a restart takes.")
                .define(
                        WeirKeys.BALANCE_ABSENT_MS,
                        LONG,
                        balance.absentAfter().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "The same for a node that has died and is still registered.");
    }

    private static void batches(ConfigDef keys, BalanceConfig balance) {
        keys.define(
                        WeirKeys.BALANCE_BATCH_OWNERS,
                        INT,
                        balance.batchOwners(),
                        between(1, BalanceConfig.MAX_BATCH_PARTITIONS),
                        LOW,
                        "Partitions whose owner changes at a time, at most: each of them stands still for as long as all"
                                + " of them take. Fewer do when that takes longer than a moment.")
                .define(
                        WeirKeys.BALANCE_BATCH_PARTITIONS,
                        INT,
                        balance.batchPartitions(),
                        between(1, BalanceConfig.MAX_BATCH_PARTITIONS),
                        LOW,
                        "Partitions in one request to the controller, most of which only change who may own them.")
                .define(
                        WeirKeys.BALANCE_PAUSE_MS,
                        LONG,
                        balance.pause().toMillis(),
                        atLeast(0),
                        LOW,
                        "Pause between two such requests, in milliseconds.");
    }

    static BalanceSettings settings(AbstractConfig values) {
        return new BalanceSettings(
                values.getBoolean(ReplicationConfigs.AUTO_LEADER_REBALANCE_ENABLE_CONFIG),
                Duration.ofSeconds(values.getLong(ReplicationConfigs.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS_CONFIG)),
                values.getBoolean(WeirKeys.BALANCE_CANDIDATES),
                Duration.ofMillis(values.getLong(WeirKeys.BALANCE_SETTLE_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.BALANCE_ORPHAN_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.BALANCE_GONE_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.BALANCE_ABSENT_MS)),
                values.getInt(WeirKeys.BALANCE_BATCH_OWNERS),
                values.getInt(WeirKeys.BALANCE_BATCH_PARTITIONS),
                Duration.ofMillis(values.getLong(WeirKeys.BALANCE_PAUSE_MS)));
    }

    static void check(BalanceSettings balance) {
        if (balance.batchOwners() > balance.batchPartitions()) {
            throw new ConfigException(
                    WeirKeys.BALANCE_BATCH_OWNERS,
                    balance.batchOwners(),
                    WeirKeys.BALANCE_BATCH_PARTITIONS + " allows at most " + balance.batchPartitions()
                            + ": lower the one or raise the other");
        }
    }
}
