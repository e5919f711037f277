package io.weir.log.cache;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * The node's blocks of old bytes. A block that is not in memory is loaded once, on a thread of the executor, however
 * many wait for it; who stops waiting does not stop the load, and a load that failed is forgotten. New blocks pass
 * through a queue of recent ones ({@link RecentBlocks}); those that are used compete for the rest ({@link KeptBlocks}).
 *
 * <p>Any thread; nothing here blocks but {@link #readAhead}. One monitor, never held while the store is read.
 */
public final class BlockCache implements AutoCloseable {
    private final ReadCacheConfig config;
    private final Executor executor;
    private final Time time;
    private final ReadCacheMetrics metrics;
    private final AtomicLong liveBytes = new AtomicLong();
    private final KeptBlocks kept;
    // Guarded by this object's monitor.
    private final RecentBlocks recent;
    private boolean closed;

    /**
     * Registers its metrics; one a registry.
     *
     * @param executor runs loads, which block, as many at a time as the store is to bear
     */
    public BlockCache(ReadCacheConfig config, Executor executor, Time time, PrometheusRegistry registry) {
        this.config = config;
        this.executor = executor;
        this.time = time;
        this.kept = new KeptBlocks(config.keptBytes(), config.expectedBlocks(), this::evicted);
        this.metrics = new ReadCacheMetrics(registry, liveBytes::get, kept::bytes);
        this.recent = new RecentBlocks(config.recentBytes(), metrics::readAheadWasted);
    }

    /** What it was made with. */
    public ReadCacheConfig config() {
        return config;
    }

    /**
     * The block, loaded if need be.
     *
     * @param at the first of its bytes that the caller reads
     * @return with a reference for the caller, who releases it, and who may also cancel; fails as the loader does
     */
    public CompletableFuture<CachedBlock> get(BlockKey key, int at, BlockLoader loader) {
        synchronized (this) {
            RecentBlocks.Slot slot = recent.find(key);
            if (slot != null) {
                return take(slot, at);
            }
        }
        CachedBlock found = kept.find(key);
        if (found != null) {
            metrics.hits(1);
            return CompletableFuture.completedFuture(found);
        }
        RecentBlocks.Slot slot;
        CompletableFuture<CachedBlock> waiter;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(closed());
            }
            RecentBlocks.Slot other = recent.find(key);
            if (other != null) {
                return take(other, at);
            }
            slot = new RecentBlocks.Slot(key, loader, 0);
            recent.add(slot);
            waiter = slot.await(at);
        }
        metrics.missed();
        try {
            executor.execute(() -> load(slot));
        } catch (RejectedExecutionException e) {
            failed(slot, closed());
        }
        return waiter;
    }

    /**
     * The blocks, if all of them are in memory.
     *
     * @param at the first of the first one's bytes that the caller reads; of the others that is their first
     * @return each with a reference for the caller, who releases it; null when one is not there
     */
    public @Nullable List<CachedBlock> getPresent(List<BlockKey> keys, int at) {
        List<CachedBlock> found = new ArrayList<>(keys.size());
        synchronized (this) {
            if (!areHere(keys)) {
                return null;
            }
            int from = at;
            for (BlockKey key : keys) {
                RecentBlocks.Slot slot = recent.find(key);
                CachedBlock block = slot == null ? kept.find(key) : use(slot, from);
                if (block == null) {
                    break; // it has just been pushed out
                }
                found.add(block);
                from = 0;
            }
        }
        if (found.size() < keys.size()) {
            found.forEach(CachedBlock::release);
            return null;
        }
        metrics.hits(keys.size());
        return found;
    }

    /** With the monitor held. Counts as no use. */
    private boolean areHere(List<BlockKey> keys) {
        for (BlockKey key : keys) {
            RecentBlocks.Slot slot = recent.find(key);
            if (slot == null ? !kept.contains(key) : slot.block() == null) {
                return false;
            }
        }
        return true;
    }

    /** How {@link #readAhead} ended. */
    public enum ReadAhead {
        /** The block was there or on its way. */
        PRESENT,
        /** It is there now. */
        LOADED,
        /** Too much is being read ahead just now, or the store failed: no more for this time. */
        REFUSED
    }

    /** Loads the block on this thread when it is not there and there is room for what nobody has asked for yet. */
    public ReadAhead readAhead(BlockKey key, int sizeBytes, BlockLoader loader) {
        RecentBlocks.Slot slot;
        synchronized (this) {
            if (recent.find(key) != null || kept.contains(key)) {
                return ReadAhead.PRESENT;
            }
            if (closed || recent.unusedBytes() + sizeBytes > config.readAheadBytes()) {
                return ReadAhead.REFUSED;
            }
            slot = new RecentBlocks.Slot(key, loader, sizeBytes);
            recent.add(slot);
        }
        return load(slot) ? ReadAhead.LOADED : ReadAhead.REFUSED;
    }

    /** Where the store is read. */
    public Executor executor() {
        return executor;
    }

    /** Forgets the blocks of a file that is about to be deleted; who reads them reads on. */
    public synchronized void invalidate(String path) {
        recent.forget(path);
        kept.forget(path);
    }

    /** Memory of all blocks that somebody holds: the cache or a reader. */
    public long liveBytes() {
        return liveBytes.get();
    }

    /** Lets all blocks go; who reads them reads on. */
    @Override
    public synchronized void close() {
        closed = true;
        recent.clear();
        kept.clear();
    }

    /** With the monitor held. */
    private CompletableFuture<CachedBlock> take(RecentBlocks.Slot slot, int at) {
        metrics.hits(1);
        CachedBlock block = use(slot, at);
        return block == null ? slot.await(at) : CompletableFuture.completedFuture(block);
    }

    /** With the monitor held. The block, with a reference for the caller; null while it is loading. */
    private @Nullable CachedBlock use(RecentBlocks.Slot slot, int at) {
        if (recent.use(slot)) {
            metrics.readAheadUsed();
        }
        CachedBlock block = slot.block();
        if (block != null) {
            block.retain();
            if (slot.use(at)) {
                kept.use(slot.key(), block);
            }
        }
        return block;
    }

    private boolean load(RecentBlocks.Slot slot) {
        long start = time.nanoseconds();
        CachedBlock block;
        try {
            block = new CachedBlock(slot.loader().load(), liveBytes);
        } catch (RuntimeException | Error e) {
            metrics.failed();
            failed(slot, e);
            return false;
        } finally {
            metrics.loaded(time.nanoseconds() - start);
        }
        List<CompletableFuture<CachedBlock>> waiters;
        synchronized (this) {
            waiters = slot.takeWaiters();
            waiters.forEach(waiter -> block.retain());
            if (!waiters.isEmpty() && recent.holds(slot)) {
                kept.use(slot.key(), block);
            }
            recent.loaded(slot, block);
        }
        for (CompletableFuture<CachedBlock> waiter : waiters) {
            if (!waiter.complete(block)) {
                block.release();
            }
        }
        return true;
    }

    private void failed(RecentBlocks.Slot slot, Throwable cause) {
        List<CompletableFuture<CachedBlock>> waiters;
        synchronized (this) {
            waiters = slot.takeWaiters();
            recent.failed(slot);
        }
        waiters.forEach(waiter -> waiter.completeExceptionally(cause));
    }

    private void evicted() {
        metrics.evicted();
    }

    private static WeirException closed() {
        return new WeirException(FaultKind.CLOSED, "The read cache is closed");
    }
}
