package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import org.apache.kafka.common.config.ConfigDef;

/** Weir's own settings of the log. Pure; any thread. */
final class LogDefinitions {
    private static final long MEBIBYTE = 1024L * 1024;

    private LogDefinitions() {}

    static ConfigDef keys() {
        return new ConfigDef()
                .define(
                        WeirKeys.TAIL_CACHE_BYTES,
                        LONG,
                        256 * MEBIBYTE,
                        atLeast(MEBIBYTE),
                        HIGH,
                        "Memory outside the heap for recent batches, which consumers at the end of the log read"
                                + " without touching the store. When it is full of batches that are not in a segment"
                                + " yet, producers wait.")
                .define(
                        WeirKeys.READ_CACHE_BYTES,
                        LONG,
                        128 * MEBIBYTE,
                        atLeast(0),
                        MEDIUM,
                        "Memory outside the heap for batches that were read from segments.")
                .define(
                        WeirKeys.COMMIT_LOG_FILE_BYTES,
                        LONG,
                        64 * MEBIBYTE,
                        atLeast(MEBIBYTE),
                        MEDIUM,
                        "Length at which the next commit log file begins.")
                .define(
                        WeirKeys.COMMIT_LOG_MAX_BYTES,
                        LONG,
                        1024 * MEBIBYTE,
                        atLeast(2 * MEBIBYTE),
                        MEDIUM,
                        "All commit log files together. Beyond it, tails are written to segments so that the oldest"
                                + " file can go. It bounds what a restart has to replay.")
                .define(
                        WeirKeys.SEGMENT_FLUSH_BYTES,
                        LONG,
                        16 * MEBIBYTE,
                        atLeast(1024),
                        MEDIUM,
                        "A partition whose tail has grown to this is written to a segment.")
                .define(
                        WeirKeys.SEGMENT_FLUSH_MS,
                        LONG,
                        60_000L,
                        atLeast(1),
                        MEDIUM,
                        "A tail that is older than this, in milliseconds, is written out even when it is small, several"
                                + " partitions in one file.")
                .define(
                        WeirKeys.ACK_BUFFER_MAX_BYTES,
                        LONG,
                        16 * MEBIBYTE,
                        atLeast(1024),
                        MEDIUM,
                        "Only for topics with `weir.ack=buffer`: bytes that may be acknowledged and not durable."
                                + " This much, at most, a crash can lose.")
                .define(
                        WeirKeys.ACK_BUFFER_MAX_MS,
                        LONG,
                        100L,
                        atLeast(1),
                        MEDIUM,
                        "Only for topics with `weir.ack=buffer`: how long, in milliseconds, a record may be"
                                + " acknowledged and not durable.");
    }
}
