package io.weir.server.settings;

import java.time.Duration;

/**
 * Bounds and thresholds of the log.
 *
 * @param ackBufferMaxBytes what a crash can lose of topics with {@code weir.ack=buffer}
 * @param retentionCheckInterval how often retention looks for expired segments
 * @param producerIdExpiration how long a silent idempotent producer is remembered
 */
public record LogSettings(
        long tailCacheBytes,
        long readCacheBytes,
        long commitLogFileBytes,
        long commitLogMaxBytes,
        long segmentFlushBytes,
        Duration segmentFlushInterval,
        long ackBufferMaxBytes,
        Duration retentionCheckInterval,
        Duration producerIdExpiration) {}
