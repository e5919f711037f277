package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import io.weir.log.NodeLogConfig;
import io.weir.log.cache.ReadCacheConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Weir's own settings of the log. Pure; any thread. */
final class LogDefinitions {
    private static final long MEBIBYTE = 1024L * 1024;

    private LogDefinitions() {}

    /** The defaults are the log's own. */
    static ConfigDef keys() {
        NodeLogConfig log = NodeLogConfig.defaults();
        return new ConfigDef()
                .define(
                        WeirKeys.TAIL_CACHE_BYTES,
                        LONG,
                        log.tailCacheBytes(),
                        atLeast(MEBIBYTE),
                        HIGH,
                        "Memory outside the heap for recent batches, which consumers at the end of the log read"
                                + " without touching the store. When it is full of batches that are not in a segment"
                                + " yet, producers wait.")
                .define(
                        WeirKeys.READ_CACHE_BYTES,
                        LONG,
                        -1L,
                        atLeast(-1),
                        MEDIUM,
                        "Memory outside the heap for older batches that consumers have read from segments, and that"
                                + " are read ahead for consumers which catch up. 0 turns both off: each such read"
                                + " goes to the store. -1 stands for "
                                + log.readCache().maxBytes() + "; in a store"
                                + " that nodes share, whose files this machine's page cache does not keep, for an"
                                + " eighth of the memory outside the heap, but no less than that and no more than "
                                + ReadCacheConfig.MOST_SHARED_BYTES + ".")
                .define(
                        WeirKeys.COMMIT_LOG_FILE_BYTES,
                        LONG,
                        log.commitLog().fileBytes(),
                        atLeast(MEBIBYTE),
                        MEDIUM,
                        "Length at which the next commit log file begins.")
                .define(
                        WeirKeys.COMMIT_LOG_MAX_BYTES,
                        LONG,
                        -1L,
                        ConfigDef.LambdaValidator.with(
                                (name, value) -> checkCommitLogMax(name, (Long) value),
                                () -> "-1 or at least " + 2 * MEBIBYTE),
                        MEDIUM,
                        "All commit log files together. Beyond it, tails are written to segments so that the oldest"
                                + " file can go. It bounds what a restart, or another node that takes over, has to"
                                + " read. -1 stands for " + log.commitLogMaxBytes() + ", and for "
                                + NodeLogConfig.SHARED_COMMIT_LOG_MAX_BYTES + " in a store that nodes share, where it"
                                + " is read over the network while partitions wait.")
                .define(
                        WeirKeys.SEGMENT_FLUSH_BYTES,
                        LONG,
                        log.segmentFlushBytes(),
                        atLeast(1024),
                        MEDIUM,
                        "A partition with this much in no segment yet gets a segment of its own; smaller tails share"
                                + " a file.")
                .define(
                        WeirKeys.SEGMENT_FLUSH_MS,
                        LONG,
                        log.segmentFlushInterval().toMillis(),
                        atLeast(1),
                        MEDIUM,
                        "How long, in milliseconds, a batch may be in the commit log alone before it is written to a"
                                + " segment, however small.")
                .define(
                        WeirKeys.ACK_BUFFER_MAX_BYTES,
                        LONG,
                        log.commitLog().bufferWindowBytes(),
                        atLeast(1024),
                        MEDIUM,
                        "Only for topics with `weir.ack=buffer`: bytes, over all of them, that may be acknowledged"
                                + " and not durable. This much, at most, a crash can lose.");
    }

    private static void checkCommitLogMax(String name, long bytes) {
        if (bytes != -1 && bytes < 2 * MEBIBYTE) {
            throw new ConfigException(name, bytes, "Value must be -1 or at least " + 2 * MEBIBYTE);
        }
    }
}
