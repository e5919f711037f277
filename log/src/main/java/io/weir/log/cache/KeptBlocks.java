package io.weir.log.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that are used again and again. A block that comes when there is no room must have been asked for more often
 * than the one it would push out (W-TinyLFU; Einziger, Friedman, Manes 2017): a reader that goes once through old
 * records leaves these alone. Any thread.
 */
final class KeptBlocks {
    private final long maxBytes;
    private final Runnable onEviction;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Cache<BlockKey, CachedBlock> cache;

    KeptBlocks(long maxBytes, Runnable onEviction) {
        this.maxBytes = maxBytes;
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

    /** Counts as a use. Once a block; whether it stays depends on what else there is. */
    void offer(BlockKey key, CachedBlock block) {
        block.retain();
        bytes.addAndGet(block.weightBytes());
        made().put(key, block);
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
            Cache<BlockKey, CachedBlock> made = cache;
            if (made == null) {
                made = Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher((BlockKey key, CachedBlock block) -> block.weightBytes())
                        // Memory goes back at once, on the thread that made it too much.
                        .executor(Runnable::run)
                        .removalListener((key, block, cause) -> {
                            if (block != null) {
                                bytes.addAndGet(-block.weightBytes());
                                block.release();
                            }
                            if (cause.wasEvicted()) {
                                onEviction.run();
                            }
                        })
                        .build();
                cache = made;
            }
            return made;
        }
    }
}
