package io.weir.log.segment;

/**
 * How many segments stay open.
 *
 * @param maxOpenSegments at most this many idle ones; each may hold one file of the store open
 * @param maxMemoryBytes at most this much for the footers of idle ones
 */
public record SegmentCacheConfig(int maxOpenSegments, long maxMemoryBytes) {
    /** Checks that neither is negative. */
    public SegmentCacheConfig {
        if (maxOpenSegments < 0 || maxMemoryBytes < 0) {
            throw new IllegalArgumentException(
                    "A segment cache cannot hold " + maxOpenSegments + " segments in " + maxMemoryBytes + " bytes");
        }
    }

    /** 1,000 segments, 64 MiB. */
    public static SegmentCacheConfig defaults() {
        return new SegmentCacheConfig(1000, 64L * 1024 * 1024);
    }
}
