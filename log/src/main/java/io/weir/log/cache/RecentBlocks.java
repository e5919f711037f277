package io.weir.log.cache;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that are loading or were loaded last, first in, first out: so a block that was read ahead is there when its
 * reader comes, and one that a reader took in small bites stays until the last bite. Not thread-safe: guarded by the
 * {@link BlockCache}.
 */
final class RecentBlocks {
    private final long maxBytes;
    private final Runnable onWaste;
    private final Map<BlockKey, Slot> slots = new LinkedHashMap<>();
    private long bytes;
    private long unusedBytes;

    RecentBlocks(long maxBytes, Runnable onWaste) {
        this.maxBytes = maxBytes;
        this.onWaste = onWaste;
    }

    /** One block, from the moment that somebody asks for it. */
    static final class Slot {
        private final BlockKey key;
        private final BlockLoader loader;
        private List<CompletableFuture<CachedBlock>> waiters = new ArrayList<>();
        private @Nullable CachedBlock block;
        private long unusedBytes;
        private boolean here = true;
        private int lastUseAt = -1;

        /** @param unusedBytes its size when it is read ahead, else 0 */
        Slot(BlockKey key, BlockLoader loader, long unusedBytes) {
            this.key = key;
            this.loader = loader;
            this.unusedBytes = unusedBytes;
        }

        BlockKey key() {
            return key;
        }

        BlockLoader loader() {
            return loader;
        }

        /** Null while it is loading. */
        @Nullable
        CachedBlock block() {
            return block;
        }

        CompletableFuture<CachedBlock> await(int at) {
            lastUseAt = at;
            CompletableFuture<CachedBlock> waiter = new CompletableFuture<>();
            waiters.add(waiter);
            return waiter;
        }

        List<CompletableFuture<CachedBlock>> takeWaiters() {
            List<CompletableFuture<CachedBlock>> taken = waiters;
            waiters = List.of();
            return taken;
        }

        /**
         * Somebody reads from position {@code at} of the block on. True when that counts as a use: one reader who takes
         * the block in many bites, each behind the last, is one use.
         */
        boolean use(int at) {
            boolean counts = lastUseAt < 0 || at <= lastUseAt;
            lastUseAt = at;
            return counts;
        }
    }

    @Nullable
    Slot find(BlockKey key) {
        return slots.get(key);
    }

    void add(Slot slot) {
        slots.put(slot.key, slot);
        unusedBytes += slot.unusedBytes;
    }

    /** Read ahead, and nobody has come yet. */
    long unusedBytes() {
        return unusedBytes;
    }

    /** Whether it has not been removed. */
    boolean holds(Slot slot) {
        return slot.here;
    }

    /** Somebody came for it. True when it had been read ahead and this is the first. */
    boolean use(Slot slot) {
        boolean first = slot.unusedBytes > 0;
        unusedBytes -= slot.unusedBytes;
        slot.unusedBytes = 0;
        return first;
    }

    /** The slot's block is there; its reference goes to the slot, or at once when the slot has been removed. */
    void loaded(Slot slot, CachedBlock block) {
        slot.block = block;
        if (!slot.here) {
            block.release();
            return;
        }
        bytes += block.weightBytes();
        Iterator<Slot> eldest = slots.values().iterator();
        while (bytes > maxBytes && eldest.hasNext()) {
            Slot old = eldest.next();
            if (old.block != null) {
                eldest.remove();
                drop(old);
            }
        }
    }

    /** Its load failed: nothing of it stays. */
    void failed(Slot slot) {
        if (slot.here) {
            slots.remove(slot.key);
            slot.here = false;
            use(slot);
        }
    }

    void forget(String path) {
        slots.values().removeIf(slot -> {
            boolean concerned = slot.key.path().equals(path);
            if (concerned) {
                drop(slot);
            }
            return concerned;
        });
    }

    void clear() {
        slots.values().forEach(this::drop);
        slots.clear();
    }

    private void drop(Slot slot) {
        slot.here = false;
        if (use(slot)) {
            onWaste.run();
        }
        if (slot.block != null) {
            bytes -= slot.block.weightBytes();
            slot.block.release();
        }
    }
}
