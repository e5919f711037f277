package io.weir.log.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that are used again and again. A block that comes when there is no room must have been asked for more often
 * than the one it would push out (W-TinyLFU; Einziger, Friedman, Manes 2017): a reader that goes once through old
 * records leaves these alone. Any thread.
 */
final class KeptBlocks {
    private final long maxBytes;
    private final int expectedBlocks;
    private final Runnable onEviction;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Cache<BlockKey, CachedBlock> cache;

    /** @param expectedBlocks that fit in, roughly */
    KeptBlocks(long maxBytes, int expectedBlocks, Runnable onEviction) {
        this.maxBytes = maxBytes;
        this.expectedBlocks = expectedBlocks;
        this.onEviction = onEviction;
    }

    /** Counts as a use; the caller has a reference of its own. */
    @Nullable
    CachedBlock find(BlockKey key) {
        Cache<BlockKey, CachedBlock> present = cache;
        CachedBlock block = present == null ? null : present.getIfPresent(key);
        return block != null && block.tryRetain() ? block : null;
    }

    /** Does not count as a use. */
    boolean contains(BlockKey key) {
        Cache<BlockKey, CachedBlock> present = cache;
        return present != null && present.asMap().containsKey(key);
    }

    /**
     * Counts as a use; whether the block stays depends on what else there is. One call at a time for a key; the caller
     * has a reference of its own.
     */
    void use(BlockKey key, CachedBlock block) {
        Cache<BlockKey, CachedBlock> blocks = made();
        if (!block.equals(blocks.getIfPresent(key))) {
            block.retain();
            bytes.addAndGet(block.weightBytes());
            blocks.put(key, block);
        }
    }

    void forget(String path) {
        Cache<BlockKey, CachedBlock> present = cache;
        if (present != null) {
            present.asMap().keySet().removeIf(key -> key.path().equals(path));
        }
    }

    void clear() {
        Cache<BlockKey, CachedBlock> present = cache;
        if (present != null) {
            present.invalidateAll();
        }
    }

    long bytes() {
        return bytes.get();
    }

    /** Not before the first block: a node that reads nothing old does not pay for the library's start. */
    private Cache<BlockKey, CachedBlock> made() {
        Cache<BlockKey, CachedBlock> present = cache;
        if (present != null) {
            return present;
        }
        synchronized (this) {
            Cache<BlockKey, CachedBlock> other = cache;
            Cache<BlockKey, CachedBlock> made = other == null ? make() : other;
            cache = made;
            return made;
        }
    }

    private Cache<BlockKey, CachedBlock> make() {
        CachedBlock filler = new CachedBlock(Unpooled.EMPTY_BUFFER, new AtomicLong());
        long share = maxBytes / 4 * 3 / expectedBlocks + 1;
        Cache<BlockKey, CachedBlock> made = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((BlockKey key, CachedBlock block) ->
                        block.equals(filler) ? (int) Math.min(share, Integer.MAX_VALUE) : block.weightBytes())
                // Memory goes back at once, on the thread that made it too much.
                .executor(Runnable::run)
                .removalListener((key, block, cause) -> removed(block, cause))
                .build();
        // The library counts uses from when it is half full. Without this the first reader of a lot of old records
        // would push out the few blocks that are used often.
        for (int i = 0; i < expectedBlocks; i++) {
            made.put(new BlockKey("", i), filler);
        }
        made.invalidateAll();
        return made;
    }

    private void removed(@Nullable CachedBlock block, RemovalCause cause) {
        if (block == null || block.sizeBytes() == 0) {
            return;
        }
        bytes.addAndGet(-block.weightBytes());
        block.release();
        if (cause.wasEvicted()) {
            onEviction.run();
        }
    }
}
