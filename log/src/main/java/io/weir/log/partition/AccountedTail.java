package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.LogEntry;
import io.weir.log.tail.Joiner;
import io.weir.log.tail.Tail;
import io.weir.log.tail.TailCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * A partition's tail with its account: which batches are in a segment (clean) and which are not (dirty), what both
 * hold of the node's cache and of commit log files. Guarded by the partition's monitor.
 */
final class AccountedTail {
    private final TailCache cache;
    private final Tail batches = new Tail();
    private final Joiner joiner;

    /** Everything below is in segments, or below the log start. */
    private long flushedOffset;

    private long dirtyBytes;

    /** @param allocator of the buffers into which small batches are joined */
    AccountedTail(TailCache cache, ByteBufAllocator allocator) {
        this.cache = cache;
        this.joiner = new Joiner(allocator);
    }

    /** A batch for which room has been reserved. */
    void add(LogEntry entry) {
        batches.add(entry);
        dirtyBytes += entry.sizeBytes();
    }

    /** A batch of the tail is durable: readers may have it, and it may be joined with its neighbours. */
    void durable(LogEntry entry) {
        if (joiner.endsBefore(entry)) {
            join();
        }
        joiner.note(entry);
    }

    private void join() {
        LogEntry[] row = joiner.join(batches);
        if (row.length == 0) {
            return;
        }
        // All of them are dirty, and one pin of their file is enough: the first one's stays.
        row[0].free();
        for (int i = 1; i < row.length; i++) {
            unpin(row[i]);
            row[i].free();
        }
        cache.releaseDirty((row.length - 1L) * TailCache.ENTRY_OVERHEAD_BYTES);
    }

    /** After recovery: whatever is here is in no segment. */
    void allDirty() {
        flushedOffset = batches.firstOffset(0);
    }

    long firstOffset(long otherwise) {
        return batches.firstOffset(otherwise);
    }

    /** The batch at {@code offset}. */
    LogEntry at(long offset) {
        return batches.get(batches.indexOf(offset));
    }

    LeasedRecords read(long offset, long end, int maxBytes, boolean minOneBatch) {
        return batches.read(offset, end, maxBytes, minOneBatch);
    }

    List<LeasedRecords> lease(long from, long end, LongPredicate wanted) {
        return batches.lease(from, end, wanted);
    }

    boolean isDirty() {
        return dirtyBytes > 0;
    }

    /** Payload bytes that are in no segment. */
    long dirtyBytes() {
        return dirtyBytes;
    }

    /** All dirty batches, their bytes retained once more; they end at {@code end}. */
    List<LogEntry> holdDirty(long end) {
        join();
        joiner.endAt(end);
        List<LogEntry> entries = new ArrayList<>();
        for (int i = batches.indexOf(flushedOffset); i < batches.size(); i++) {
            LogEntry entry = batches.get(i);
            if (entry.owner() != null) {
                entry.owner().retain();
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Batches below {@code offset} are in a segment now. @return what they are charged, to be declared clean */
    long flushed(long offset) {
        long charge = 0;
        for (int i = batches.indexOf(flushedOffset); i < batches.size(); i++) {
            LogEntry entry = batches.get(i);
            if (entry.baseOffset() >= offset) {
                break;
            }
            charge += TailCache.charge(entry.sizeBytes());
            dirtyBytes -= entry.sizeBytes();
            unpin(entry);
        }
        flushedOffset = Math.max(flushedOffset, offset);
        joiner.forgetBelow(offset);
        return charge;
    }

    /** Drops clean batches below {@code offset}. @return what they were charged */
    long evictBelow(long offset) {
        long[] freed = new long[1];
        batches.dropBelow(Math.min(offset, flushedOffset), entry -> {
            freed[0] += TailCache.charge(entry.sizeBytes());
            entry.free();
        });
        return freed[0];
    }

    /** Drops every batch that ends at or below {@code offset}, dirty or not, and gives back what it holds. */
    void startAt(long offset) {
        joiner.forgetBelow(offset);
        long[] charges = new long[2];
        batches.dropBelow(offset, entry -> {
            boolean dirty = entry.baseOffset() >= flushedOffset;
            charges[dirty ? 0 : 1] += TailCache.charge(entry.sizeBytes());
            if (dirty) {
                dirtyBytes -= entry.sizeBytes();
                unpin(entry);
            }
            entry.free();
        });
        flushedOffset = Math.max(flushedOffset, Math.min(offset, batches.firstOffset(offset)));
        cache.releaseDirty(charges[0]);
        cache.releaseClean(charges[1]);
    }

    /**
     * Gives the memory back but keeps the commit log files: recovery broke off, and an operator may mend what it
     * broke off at.
     */
    void forget() {
        long[] charge = new long[1];
        batches.dropBelow(Long.MAX_VALUE, entry -> {
            charge[0] += TailCache.charge(entry.sizeBytes());
            entry.free();
        });
        dirtyBytes = 0;
        cache.releaseDirty(charge[0]);
    }

    /** The commit log file of the oldest dirty batch. */
    Optional<CommitLogFile> oldestFile() {
        int first = batches.indexOf(flushedOffset);
        return first < batches.size() ? Optional.ofNullable(batches.get(first).file()) : Optional.empty();
    }

    /** The offset behind the batches from {@code from} on whose records are all older; none beyond {@code end}. */
    long olderThan(long beforeMs, long from, long end) {
        long older = from;
        for (int i = batches.indexOf(from); i < batches.size(); i++) {
            LogEntry entry = batches.get(i);
            if (entry.maxTimestampMs() >= beforeMs || entry.nextOffset() > end) {
                break;
            }
            older = entry.nextOffset();
        }
        return older;
    }

    private static void unpin(LogEntry entry) {
        CommitLogFile file = entry.file();
        if (file != null) {
            file.unpin();
        }
    }
}
