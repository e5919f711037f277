package io.weir.log.stored;

import java.time.Duration;

/**
 * Bounds of reading partitions out of the store.
 *
 * @param maxPartitions whose listings are kept
 * @param listingAge a listing in which an offset is not found is not made again before
 * @param troubleAfter the store is said to be in trouble when nothing could be read for so long
 */
public record StoredReadsConfig(int maxPartitions, Duration listingAge, Duration troubleAfter) {
    /** Checks the bounds. */
    public StoredReadsConfig {
        if (maxPartitions < 1 || listingAge.isNegative() || troubleAfter.isNegative()) {
            throw new IllegalArgumentException("maxPartitions=" + maxPartitions + " must be positive, listingAge="
                    + listingAge + " and troubleAfter=" + troubleAfter + " must not be negative");
        }
    }

    /** 10,000 partitions, one second, ten seconds. */
    public static StoredReadsConfig defaults() {
        return new StoredReadsConfig(10_000, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
}
