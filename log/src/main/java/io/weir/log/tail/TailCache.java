package io.weir.log.tail;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget for batches in memory. Bytes are <em>dirty</em> until their batch is in a segment, then
 * <em>clean</em>: kept for readers, given up oldest first when room is needed. Dirty bytes are never given up: when
 * they fill the cache, appends wait.
 *
 * <p>Any thread. {@link #reserve} may call an {@link Evictable}, which takes its own monitor: never call it while
 * holding one.
 */
public final class TailCache {
    /** What one batch costs beside its bytes: its entry, its views, its share of bookkeeping. */
    public static final int ENTRY_OVERHEAD_BYTES = 256;

    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong dirtyBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<CleanRun> clean = new ConcurrentLinkedQueue<>();

    /** Something that holds clean batches. */
    public interface Evictable {
        /** Drops clean batches below {@code offset}. @return the bytes dropped, overhead included */
        long evictBelow(long offset);
    }

    private record CleanRun(Evictable holder, long belowOffset) {}

    public TailCache(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** Takes room for batches, dirty; evicts clean ones for it. False when there is none. */
    public boolean reserve(long need) {
        while (true) {
            long used = usedBytes.get();
            // One batch may exceed an empty cache: a limit that refused it for ever would help nobody.
            if (used + need > capacityBytes && used > 0) {
                if (!evictOne()) {
                    return false;
                }
            } else if (usedBytes.compareAndSet(used, used + need)) {
                dirtyBytes.addAndGet(need);
                return true;
            }
        }
    }

    /** Takes room even when there is none: for what recovery finds in the commit log, which was within bounds once. */
    public void reserveAnyway(long need) {
        usedBytes.addAndGet(need);
        dirtyBytes.addAndGet(need);
    }

    /** Gives dirty room back: the append was refused or its partition is gone. */
    public void releaseDirty(long bytes) {
        dirtyBytes.addAndGet(-bytes);
        usedBytes.addAndGet(-bytes);
    }

    /** Gives clean room back outside of eviction: the partition is gone. */
    public void releaseClean(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /** Batches of {@code holder} below the offset are in a segment: {@code bytes} may be evicted from now on. */
    public void clean(Evictable holder, long belowOffset, long bytes) {
        dirtyBytes.addAndGet(-bytes);
        clean.add(new CleanRun(holder, belowOffset));
    }

    /** Whether {@link #reserve} has a chance, now. */
    public boolean hasRoom(long need) {
        long used = usedBytes.get();
        return used == 0 || used + need <= capacityBytes || !clean.isEmpty();
    }

    private boolean evictOne() {
        CleanRun run = clean.poll();
        if (run == null) {
            return false;
        }
        usedBytes.addAndGet(-run.holder.evictBelow(run.belowOffset));
        return true;
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long dirtyBytes() {
        return dirtyBytes.get();
    }

    /** What one batch is charged. */
    public static long charge(int batchBytes) {
        return batchBytes + (long) ENTRY_OVERHEAD_BYTES;
    }
}
