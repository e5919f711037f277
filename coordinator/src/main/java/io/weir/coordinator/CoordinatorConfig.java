package io.weir.coordinator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;

/**
 * The coordinator's settings.
 *
 * @param groups Kafka's own: {@code group.*}, {@code offsets.*}, {@code offset.metadata.max.bytes}
 * @param shareGroups Kafka's defaults; share groups are not served yet, but group configs are checked against them
 * @param compactionThresholdBytes a partition of the offsets log is rewritten to its live records when it has
 *     this many bytes, and again when it has grown by as many and doubled
 * @param compactionCheckInterval how often the sizes are looked at
 * @param loadParallelism partitions that are read at the same time; each holds one read of
 *     {@code offsets.load.buffer.size} in memory
 * @param lagMaxSeries upper bound of {@code weir_group_lag} series
 * @param lagInterval lags are computed at most this often
 */
public record CoordinatorConfig(
        GroupCoordinatorConfig groups,
        ShareGroupConfig shareGroups,
        long compactionThresholdBytes,
        Duration compactionCheckInterval,
        int loadParallelism,
        int lagMaxSeries,
        Duration lagInterval) {
    /** Key of {@link #compactionThresholdBytes}. */
    public static final String COMPACTION_THRESHOLD_BYTES = "weir.offsets.compaction.threshold.bytes";

    /** Key of {@link #compactionCheckInterval}. */
    public static final String COMPACTION_CHECK_INTERVAL_MS = "weir.offsets.compaction.check.interval.ms";

    /** Key of {@link #loadParallelism}. */
    public static final String LOAD_PARALLELISM = "weir.offsets.load.parallelism";

    /** Key of {@link #lagMaxSeries}. */
    public static final String LAG_MAX_SERIES = "weir.group.lag.max.series";

    /** Key of {@link #lagInterval}. */
    public static final String LAG_INTERVAL_MS = "weir.group.lag.interval.ms";

    // Kinds of groups that are not served yet, and a list that Kafka itself is about to drop.
    private static final List<String> NOT_OFFERED =
            List.of("group.share.", "group.streams.", "group.coordinator.rebalance.protocols");

    /** Checks the bounds. */
    public CoordinatorConfig {
        if (compactionThresholdBytes < 1 || loadParallelism < 1 || lagMaxSeries < 0) {
            throw new IllegalArgumentException("compactionThresholdBytes=" + compactionThresholdBytes
                    + " and loadParallelism=" + loadParallelism + " must be at least 1, lagMaxSeries=" + lagMaxSeries
                    + " at least 0");
        }
        if (compactionCheckInterval.toMillis() < 1 || lagInterval.isNegative()) {
            throw new IllegalArgumentException("compactionCheckInterval=" + compactionCheckInterval
                    + " must be at least 1 ms, lagInterval=" + lagInterval + " not negative");
        }
    }

    /** Every setting at its default. */
    public static CoordinatorConfig defaults() {
        return from(Map.of());
    }

    /**
     * Reads {@link #settings} from {@code values}; other keys are ignored, absent ones take their defaults.
     *
     * @throws org.apache.kafka.common.config.ConfigException for a value out of bounds
     * @throws IllegalArgumentException when values contradict each other
     */
    public static CoordinatorConfig from(Map<String, ?> values) {
        ConfigDef settings = settings();
        Map<String, Object> known = new HashMap<>();
        values.forEach((key, value) -> {
            if (settings.configKeys().containsKey(key)) {
                known.put(key, value);
            }
        });
        ConfigDef everything = weirSettings();
        GroupCoordinatorConfig.CONFIG_DEF.configKeys().values().forEach(everything::define);
        AbstractConfig parsed = new AbstractConfig(everything, known, false);
        return new CoordinatorConfig(
                new GroupCoordinatorConfig(parsed),
                ShareGroupConfig.fromProps(Map.of()),
                parsed.getLong(COMPACTION_THRESHOLD_BYTES),
                Duration.ofMillis(parsed.getLong(COMPACTION_CHECK_INTERVAL_MS)),
                parsed.getInt(LOAD_PARALLELISM),
                parsed.getInt(LAG_MAX_SERIES),
                Duration.ofMillis(parsed.getLong(LAG_INTERVAL_MS)));
    }

    /** Every key that {@link #from} reads, with type, default, check and meaning. */
    public static ConfigDef settings() {
        ConfigDef settings = weirSettings();
        GroupCoordinatorConfig.CONFIG_DEF.configKeys().forEach((name, key) -> {
            if (NOT_OFFERED.stream().noneMatch(name::startsWith)) {
                settings.define(key);
            }
        });
        return settings;
    }

    private static ConfigDef weirSettings() {
        return new ConfigDef()
                .define(
                        COMPACTION_THRESHOLD_BYTES,
                        ConfigDef.Type.LONG,
                        32L * 1024 * 1024,
                        ConfigDef.Range.atLeast(1L),
                        ConfigDef.Importance.LOW,
                        "A partition of __consumer_offsets is rewritten to its live records when it has this many bytes,"
                                + " and again when it has grown by as many and doubled. This bounds the time to load it.")
                .define(
                        COMPACTION_CHECK_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.atLeast(1L),
                        ConfigDef.Importance.LOW,
                        "How often the sizes of the partitions of __consumer_offsets are looked at.")
                .define(
                        LOAD_PARALLELISM,
                        ConfigDef.Type.INT,
                        4,
                        ConfigDef.Range.atLeast(1),
                        ConfigDef.Importance.LOW,
                        "Partitions of __consumer_offsets that are loaded at the same time, each with a buffer of"
                                + " offsets.load.buffer.size.")
                .define(
                        LAG_MAX_SERIES,
                        ConfigDef.Type.INT,
                        10_000,
                        ConfigDef.Range.atLeast(0),
                        ConfigDef.Importance.LOW,
                        "Upper bound of weir_group_lag series; 0 turns them off.")
                .define(
                        LAG_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        10_000L,
                        ConfigDef.Range.atLeast(0L),
                        ConfigDef.Importance.LOW,
                        "The lags of groups are computed at most this often, when they are asked for.");
    }
}
