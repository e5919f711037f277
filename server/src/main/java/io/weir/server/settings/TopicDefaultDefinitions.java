package io.weir.server.settings;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.server.config.ServerConfigs;
import org.apache.kafka.server.config.ServerLogConfigs;
import org.apache.kafka.storage.internals.log.LogConfig;

/** The node's defaults for topic settings, with Kafka's types, defaults and checks. Pure; any thread. */
final class TopicDefaultDefinitions {
    private TopicDefaultDefinitions() {}

    static ConfigDef keys() {
        ConfigDef keys = new ConfigDef();
        retention(keys);
        segments(keys);
        messages(keys);
        return keys;
    }

    private static void retention(ConfigDef keys) {
        log(
                keys,
                ServerLogConfigs.LOG_CLEANUP_POLICY_CONFIG,
                "`delete`: segments go when they are too old or too much. `compact`: every record must have a key and"
                        + " nothing expires; older records of a key are not removed yet. Or both.");
        log(
                keys,
                ServerLogConfigs.LOG_RETENTION_TIME_MILLIS_CONFIG,
                "How long records are kept, in milliseconds; -1 for ever. Wins over `log.retention.minutes` and"
                        + " `log.retention.hours`.");
        log(
                keys,
                ServerLogConfigs.LOG_RETENTION_TIME_MINUTES_CONFIG,
                "The same in minutes. Wins over `log.retention.hours`.");
        log(keys, ServerLogConfigs.LOG_RETENTION_TIME_HOURS_CONFIG, "The same in hours.");
        log(
                keys,
                ServerLogConfigs.LOG_RETENTION_BYTES_CONFIG,
                "Bytes that a partition keeps at most, the oldest segments going first; -1 without bound.");
    }

    private static void segments(ConfigDef keys) {
        log(
                keys,
                ServerLogConfigs.LOG_SEGMENT_BYTES_CONFIG,
                "A batch that is larger is refused. How large segments become is"
                        + " `weir.segment.flush.bytes`'s matter.");
    }

    private static void messages(ConfigDef keys) {
        server(
                keys,
                ServerConfigs.MESSAGE_MAX_BYTES_CONFIG,
                "Largest batch of records that a producer may send, as it is on the wire (compressed, if it is).");
        log(
                keys,
                ServerLogConfigs.LOG_MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "`CreateTime`: a record keeps its producer's time. `LogAppendTime`: it gets the time of its arrival.");
        log(
                keys,
                ServerLogConfigs.LOG_MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                "A record is refused whose time is further in the past than this, in milliseconds.");
        log(
                keys,
                ServerLogConfigs.LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                "A record is refused whose time is further in the future than this, in milliseconds.");
        server(
                keys,
                ServerConfigs.COMPRESSION_TYPE_CONFIG,
                "`producer` keeps what the producer chose; otherwise batches are compressed again.");
        server(keys, ServerConfigs.COMPRESSION_GZIP_LEVEL_CONFIG, "Level when `compression.type` is `gzip`.");
        server(keys, ServerConfigs.COMPRESSION_LZ4_LEVEL_CONFIG, "Level when `compression.type` is `lz4`.");
        server(keys, ServerConfigs.COMPRESSION_ZSTD_LEVEL_CONFIG, "Level when `compression.type` is `zstd`.");
    }

    private static void log(ConfigDef keys, String name, String documentation) {
        SettingDefinitions.kafkas(keys, LogConfig.SERVER_CONFIG_DEF, name, documentation);
    }

    private static void server(ConfigDef keys, String name, String documentation) {
        SettingDefinitions.kafkas(keys, ServerConfigs.CONFIG_DEF, name, documentation);
    }
}
