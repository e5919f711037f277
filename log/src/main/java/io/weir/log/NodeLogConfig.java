package io.weir.log;

import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.commitlog.CommitLogConfig;
import java.time.Duration;

/**
 * How one node keeps its partitions.
 *
 * @param commitLog files and groups of the commit log
 * @param commitLogMaxBytes when the commit log has grown beyond this, the oldest file's partitions are written to
 *     segments so that it can go
 * @param tailCacheBytes budget for batches in memory, those that are in no segment yet included
 * @param segmentFlushBytes a partition with this much in no segment is worth a segment of its own; smaller tails
 *     share a pack
 * @param segmentFlushInterval how long a batch may stay in the commit log alone
 * @param readCacheSegments how many open segments are remembered
 * @param indexIntervalBytes a segment's offset index has an entry for each stretch of this size
 * @param maxWaitingAppends appends that may wait for room in the tail cache
 * @param producerIdExpiration how long an idle idempotent producer is remembered
 * @param maxTransactionTimeoutMs Kafka's transaction.max.timeout.ms
 * @param retentionCheckInterval how often old segments are looked for
 * @param orphanAge a file that belongs to no partition is removed when it is older than this
 * @param letGoPatience how long a node that is alive may take to let a partition go before its commit log is sealed, as
 *     if it were dead
 * @param readCache blocks of segments in memory
 */
public record NodeLogConfig(
        CommitLogConfig commitLog,
        long commitLogMaxBytes,
        long tailCacheBytes,
        long segmentFlushBytes,
        Duration segmentFlushInterval,
        int readCacheSegments,
        int indexIntervalBytes,
        int maxWaitingAppends,
        Duration producerIdExpiration,
        int maxTransactionTimeoutMs,
        Duration retentionCheckInterval,
        Duration orphanAge,
        Duration letGoPatience,
        ReadCacheConfig readCache) {
    /** {@link #commitLogMaxBytes} where another node may have to read all of it while partitions wait. */
    public static final long SHARED_COMMIT_LOG_MAX_BYTES = 128L << 20;

    /** For one machine with a local disk. */
    public static NodeLogConfig defaults() {
        return new NodeLogConfig(
                CommitLogConfig.defaults(),
                1L << 30,
                128L << 20,
                4L << 20,
                Duration.ofMinutes(10),
                1000,
                4096,
                100_000,
                Duration.ofDays(1),
                900_000,
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofSeconds(10),
                ReadCacheConfig.defaults());
    }
}
