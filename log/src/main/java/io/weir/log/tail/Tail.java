package io.weir.log.tail;

import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.commitlog.LogEntry;
import io.weir.log.segment.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One partition's recent batches, dense, in order of offset: a ring that grows, each entry a batch or several joined
 * ones. Not thread-safe: guarded by the partition's monitor.
 */
public final class Tail {
    private LogEntry[] ring = new LogEntry[4];
    private int head;
    private int size;
    private long bytes;

    public boolean isEmpty() {
        return size == 0;
    }

    /** Number of entries. */
    public int size() {
        return size;
    }

    /** Payload bytes. */
    public long bytes() {
        return bytes;
    }

    /** The {@code index}-th oldest. */
    public LogEntry get(int index) {
        return ring[(head + index) & (ring.length - 1)];
    }

    /** Appends the next batch. */
    public void add(LogEntry entry) {
        if (size == ring.length) {
            LogEntry[] larger = new LogEntry[ring.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = get(i);
            }
            ring = larger;
            head = 0;
        }
        ring[(head + size) & (ring.length - 1)] = entry;
        size++;
        bytes += entry.sizeBytes();
    }

    /** First offset here, or {@code otherwise} when empty. */
    public long firstOffset(long otherwise) {
        return size == 0 ? otherwise : get(0).baseOffset();
    }

    /** Index of the entry that holds {@code offset} or of the first behind it; {@link #size} when there is none. */
    public int indexOf(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).nextOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Leases whole batches from the one that holds {@code offset} on, none at or beyond {@code endOffset}.
     *
     * @param minOneBatch the first batch is taken even when it is larger than {@code maxBytes}
     */
    public LeasedRecords read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        int index = indexOf(offset);
        if (index == size || get(index).baseOffset() >= endOffset) {
            return LeasedRecords.EMPTY;
        }
        List<ByteBuffer> buffers = new ArrayList<>();
        List<ReferenceCounted> owners = new ArrayList<>();
        @Nullable ReferenceCounted previous = null;
        long room = maxBytes;
        boolean minOne = minOneBatch;
        for (boolean more = true; more && index < size && get(index).baseOffset() < endOffset; index++) {
            LogEntry entry = get(index);
            ByteBuffer bytes = wanted(entry, offset, endOffset, room, minOne);
            if (bytes.hasRemaining()) {
                ReferenceCounted owner = entry.owner();
                // Neighbours often share a frame or a replayed group: one reference is enough for both.
                if (owner != null && isOther(owner, previous)) {
                    owners.add(owner.retain());
                    previous = owner;
                }
                buffers.add(bytes);
                room -= bytes.remaining();
                minOne = false;
            }
            more = bytes.limit() == entry.payload().limit();
        }
        return buffers.isEmpty() ? LeasedRecords.EMPTY : new LeasedRecords(buffers, owners);
    }

    /** All of the entry when all of it may be had; otherwise those of its batches that may. */
    private static ByteBuffer wanted(LogEntry entry, long offset, long endOffset, long room, boolean minOne) {
        ByteBuffer all = entry.payload();
        if (entry.baseOffset() >= offset && entry.nextOffset() <= endOffset && all.remaining() <= room) {
            return all;
        }
        int from = all.position();
        while (from < all.limit() && BatchHeader.lastOffset(all, from) < offset) {
            from += BatchHeader.size(all, from, all.limit());
        }
        int to = from;
        while (to < all.limit() && BatchHeader.baseOffset(all, to) < endOffset) {
            int batch = BatchHeader.size(all, to, all.limit());
            if (to + batch - from > room && !(to == from && minOne)) {
                break;
            }
            to += batch;
        }
        return all.duplicate().position(from).limit(to);
    }

    /** Leases each of the batches from {@code from} on and below {@code end} whose largest timestamp passes. */
    public List<LeasedRecords> lease(long from, long end, LongPredicate wanted) {
        List<LeasedRecords> leases = new ArrayList<>();
        for (int i = indexOf(from); i < size && get(i).baseOffset() < end; i++) {
            LogEntry entry = get(i);
            if (!wanted.test(entry.maxTimestampMs())) {
                continue;
            }
            ByteBuffer all = entry.payload();
            int at = all.position();
            while (at < all.limit() && BatchHeader.baseOffset(all, at) < end) {
                int batch = BatchHeader.size(all, at, all.limit());
                if (BatchHeader.lastOffset(all, at) >= from && wanted.test(BatchHeader.maxTimestamp(all, at))) {
                    ReferenceCounted owner = entry.owner();
                    leases.add(new LeasedRecords(
                            List.of(all.slice(at, batch)), owner == null ? List.of() : List.of(owner.retain())));
                }
                at += batch;
            }
        }
        return leases;
    }

    /** Puts one entry in the place of {@code count} of them that begin at an index: the same batches, joined. */
    public void replace(int index, int count, LogEntry joined) {
        int mask = ring.length - 1;
        ring[(head + index) & mask] = joined;
        for (int i = index + count; i < size; i++) {
            ring[(head + i - count + 1) & mask] = ring[(head + i) & mask];
        }
        for (int i = size - count + 1; i < size; i++) {
            ring[(head + i) & mask] = null;
        }
        size -= count - 1;
    }

    /** Removes every batch that ends at or below {@code offset}, oldest first, telling {@code removed} of each. */
    public void dropBelow(long offset, Consumer<LogEntry> removed) {
        while (size > 0 && get(0).nextOffset() <= offset) {
            LogEntry entry = get(0);
            ring[head] = null;
            head = (head + 1) & (ring.length - 1);
            size--;
            bytes -= entry.sizeBytes();
            removed.accept(entry);
        }
        if (size == 0 && ring.length > 64) {
            ring = new LogEntry[4];
            head = 0;
        }
    }

    @SuppressWarnings("ReferenceEquality") // counted by object, not by what it holds
    private static boolean isOther(ReferenceCounted one, @Nullable ReferenceCounted two) {
        return one != two;
    }
}
