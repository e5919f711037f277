package io.weir.proxy.tail;

import java.time.Duration;

/**
 * Bounds of reading from other nodes' partitions.
 *
 * @param cacheBytes {@code weir.proxy.tail.cache.bytes}: of recent records of all partitions; 0 turns the tails off, and
 *     every fetch goes to the owner
 * @param fetchBytes asked of an owner at one time for one partition
 * @param aheadBytes fetched ahead of the reader who is furthest
 * @param longestWait longest that an owner lets a subscription wait
 * @param idle a subscription ends when nobody has read for so long
 * @param patience longest that a fetch that would not wait waits for an owner's or the store's answer
 * @param pause after an owner did not answer well, unless the metadata name another one before
 */
public record TailConfig(
        long cacheBytes,
        int fetchBytes,
        int aheadBytes,
        Duration longestWait,
        Duration idle,
        Duration patience,
        Duration pause) {
    /** Checks the bounds. */
    public TailConfig {
        if (cacheBytes < 0 || fetchBytes < 1 || aheadBytes < fetchBytes) {
            throw new IllegalArgumentException("cacheBytes=" + cacheBytes + " must not be negative, fetchBytes="
                    + fetchBytes + " must be positive, aheadBytes=" + aheadBytes + " no less");
        }
        if (longestWait.toMillis() < 1 || idle.compareTo(longestWait) < 0 || patience.isNegative() || pause.toMillis() < 1) {
            throw new IllegalArgumentException("longestWait=" + longestWait + " and pause=" + pause + " must be positive, idle="
                    + idle + " no shorter, patience=" + patience + " not negative");
        }
    }

    /** 64 MiB; 1 MiB at a time, 4 MiB ahead; half a second's waiting, ten seconds idle. */
    public static TailConfig defaults() {
        return ofBytes(64L << 20);
    }

    /** The defaults with so much memory. */
    public static TailConfig ofBytes(long cacheBytes) {
        return new TailConfig(
                cacheBytes,
                1 << 20,
                4 << 20,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofMillis(200),
                Duration.ofMillis(20));
    }

    /** Whether there are tails at all. */
    public boolean enabled() {
        return cacheBytes > 0;
    }
}
