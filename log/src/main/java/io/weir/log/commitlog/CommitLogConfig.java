package io.weir.log.commitlog;

import java.time.Duration;

/**
 * @param fileBytes a file is closed and the next one begun when it has grown to this size
 * @param groupBytes upper bound of what one flush carries, so that the first waiter does not wait for the last
 * @param retryBackoff pause between attempts to make a new file while the store is sick
 * @param failAfter how long a store may be sick before waiting appends are told so
 * @param bufferWindowBytes most that may be acknowledged and not yet durable, over all topics with weir.ack=buffer
 */
public record CommitLogConfig(
        long fileBytes, int groupBytes, Duration retryBackoff, Duration failAfter, long bufferWindowBytes) {
    /** Checks what would make the log unusable. */
    public CommitLogConfig {
        if (fileBytes < 4096 || groupBytes < 4096) {
            throw new IllegalArgumentException(
                    "fileBytes " + fileBytes + " and groupBytes " + groupBytes + " must be at least 4096");
        }
    }

    /** For one machine with a local disk. */
    public static CommitLogConfig defaults() {
        return new CommitLogConfig(64L << 20, 8 << 20, Duration.ofMillis(200), Duration.ofSeconds(10), 16L << 20);
    }
}
