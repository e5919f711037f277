package io.weir.proxy.routing;

import java.time.Duration;

/**
 * How long and how often requests are tried again while an owner moves, so that clients do not notice.
 *
 * @param produceBound {@code weir.proxy.produce.retry.ms}: longest that records wait for an owner; the client's own
 *     time-out ends it before
 * @param otherBound {@code weir.proxy.request.retry.ms}: the same of other requests to owners
 * @param firstPause before the first attempt after one that failed, when the metadata say nothing new; doubles
 * @param longestPause the pause grows no further
 */
public record RetryConfig(Duration produceBound, Duration otherBound, Duration firstPause, Duration longestPause) {
    /** Checks the bounds. */
    public RetryConfig {
        if (produceBound.isNegative() || otherBound.isNegative()) {
            throw new IllegalArgumentException(
                    "produceBound=" + produceBound + " and otherBound=" + otherBound + " must not be negative");
        }
        if (firstPause.toMillis() < 1 || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("firstPause=" + firstPause + " must be a millisecond at least and"
                    + " longestPause=" + longestPause + " no shorter");
        }
    }

    /** Shorter than a client waits for an answer by default (30 s). */
    public static RetryConfig defaults() {
        return new RetryConfig(
                Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofMillis(160));
    }

    /** With other bounds. */
    public RetryConfig withBounds(Duration produce, Duration other) {
        return new RetryConfig(produce, other, firstPause, longestPause);
    }

    /** Before the attempt that follows so many that failed in a row. */
    public long pauseMs(int failures) {
        long doubled = firstPause.toMillis() << Math.clamp(failures - 1, 0, 20);
        return Math.min(doubled, longestPause.toMillis());
    }
}
