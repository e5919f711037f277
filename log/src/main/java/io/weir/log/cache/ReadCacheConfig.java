package io.weir.log.cache;

import io.weir.storage.ReadAdvice;

/**
 * How much of the store's old bytes is kept in memory and how hard readers of them may press the store.
 *
 * @param maxBytes memory of all blocks that are kept; 0 turns the cache and read-ahead off. Blocks on their way to
 *     clients and loads under way come on top of it
 * @param blockBytes blocks end before the batch index's stretch that would make them larger, roughly. Large: fewer
 *     reads of the store. Small: less is read in vain
 * @param maxLoads threads that read the store
 * @param maxReadAheadLoads of those that read for nobody yet
 * @param maxReadAheadBytes how far ahead of one sequential reader
 * @param readAheadsPerReader threads that read ahead for one reader
 * @param maxReaders sequential readers that are remembered
 */
public record ReadCacheConfig(
        long maxBytes,
        int blockBytes,
        int maxLoads,
        int maxReadAheadLoads,
        int maxReadAheadBytes,
        int readAheadsPerReader,
        int maxReaders) {
    /** {@link #sharedBytes} at most. */
    public static final long MOST_SHARED_BYTES = 1L << 30;

    // A pool's size class is 512 KiB: a block that ends a little late, with what is read around it, still fits.
    private static final int DEFAULT_BLOCK_BYTES = 488 * 1024;

    /** Checks the bounds. */
    public ReadCacheConfig {
        if (maxBytes < 0 || blockBytes <= 0 || maxLoads <= 0) {
            throw new IllegalArgumentException("A read cache cannot have " + maxBytes + " bytes in blocks of "
                    + blockBytes + " with " + maxLoads + " loads at a time");
        }
        if (maxReadAheadLoads >= maxLoads) {
            throw new IllegalArgumentException("Of " + maxLoads + " loads at a time " + maxReadAheadLoads
                    + " cannot be read-ahead: readers who wait need some");
        }
        if (maxReadAheadLoads < 0 || maxReadAheadBytes < 0 || readAheadsPerReader < 0 || maxReaders < 0) {
            throw new IllegalArgumentException("Read-ahead cannot be negative: " + maxReadAheadLoads + " loads, "
                    + maxReadAheadBytes + " bytes, " + readAheadsPerReader + " loads a reader, " + maxReaders
                    + " readers");
        }
    }

    /** 64 MiB in blocks of 488 KiB. */
    public static ReadCacheConfig defaults() {
        return ofBytes(64L << 20);
    }

    /** The defaults with so much memory. */
    public static ReadCacheConfig ofBytes(long maxBytes) {
        return new ReadCacheConfig(maxBytes, DEFAULT_BLOCK_BYTES, 16, 4, 2 << 20, 2, 1024);
    }

    /**
     * What to keep of a store whose files no page cache of this machine keeps.
     *
     * @param memoryBytes all that the process may have outside the heap
     */
    public static long sharedBytes(long memoryBytes) {
        return Math.clamp(memoryBytes / 8, defaults().maxBytes(), MOST_SHARED_BYTES);
    }

    /**
     * These settings with no more loads at a time than {@link ReadAdvice#atOnce}, a third of them for
     * read-ahead at most.
     */
    public ReadCacheConfig within(ReadAdvice advice) {
        int loads = Math.min(maxLoads, Math.max(2, advice.atOnce()));
        int ahead = Math.min(maxReadAheadLoads, Math.max(1, loads / 3));
        return new ReadCacheConfig(
                maxBytes,
                blockBytes,
                loads,
                ahead,
                maxReadAheadBytes,
                Math.min(readAheadsPerReader, ahead),
                maxReaders);
    }

    /** Whether there is a cache at all. */
    public boolean enabled() {
        return maxBytes > 0;
    }

    /** For blocks that came last, in their order, used or not yet. */
    long recentBytes() {
        return maxBytes / 2;
    }

    /** For blocks that are used often. */
    long keptBytes() {
        return maxBytes - recentBytes();
    }

    /** How many of them there are, roughly. */
    int expectedBlocks() {
        return Math.clamp(keptBytes() / blockBytes, 1, 1 << 20);
    }

    /** Of the recent ones so much may be read ahead and not used yet. */
    long readAheadBytes() {
        return recentBytes() / 4 * 3;
    }
}
