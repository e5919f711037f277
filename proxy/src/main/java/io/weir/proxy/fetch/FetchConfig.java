package io.weir.proxy.fetch;

import java.time.Duration;

/**
 * Bounds of fetches.
 *
 * @param sessionSlots {@code max.incremental.fetch.session.cache.slots}; with 0 there are no sessions
 * @param sessionPartitions {@code weir.fetch.session.cache.partitions}: in all sessions; who wants more gets no session
 * @param maxBytes {@code fetch.max.bytes}: of one answer, whatever the client would take
 * @param splitWait longest that a fetch from several owners waits for records, whatever the client would wait; when
 *     one owner has records, the fetches that wait at the others stay there for this long at most
 */
public record FetchConfig(int sessionSlots, int sessionPartitions, int maxBytes, Duration splitWait) {
    /** Checks the bounds. */
    public FetchConfig {
        if (sessionSlots < 0 || sessionPartitions < 0 || maxBytes < 1 || splitWait.isNegative()) {
            throw new IllegalArgumentException("sessionSlots=" + sessionSlots + " and sessionPartitions="
                    + sessionPartitions + " must not be negative, maxBytes="
                    + maxBytes + " must be positive, splitWait=" + splitWait + " must not be negative");
        }
    }

    /** Kafka's defaults. */
    public static FetchConfig defaults() {
        return new FetchConfig(1000, 400_000, 55 * 1024 * 1024, Duration.ofMillis(500));
    }
}
