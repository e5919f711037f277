package io.weir.log.tail;

import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.commitlog.LogEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One partition's recent batches, dense, in order of offset: a ring that grows. Not thread-safe: guarded by the
 * partition's monitor.
 */
public final class Tail {
    private LogEntry[] ring = new LogEntry[4];
    private int head;
    private int size;
    private long bytes;

    public boolean isEmpty() {
        return size == 0;
    }

    /** Number of batches. */
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

    /** Index of the batch that holds {@code offset} or of the first behind it; {@link #size} when there is none. */
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
        int first = indexOf(offset);
        int last = first;
        long taken = 0;
        while (last < size) {
            LogEntry entry = get(last);
            boolean fits = taken + entry.sizeBytes() <= maxBytes || (last == first && minOneBatch);
            if (entry.baseOffset() >= endOffset || !fits) {
                break;
            }
            taken += entry.sizeBytes();
            last++;
        }
        if (last == first) {
            return LeasedRecords.EMPTY;
        }
        List<ByteBuffer> buffers = new ArrayList<>(last - first);
        List<ReferenceCounted> owners = new ArrayList<>(last - first);
        @Nullable ReferenceCounted previous = null;
        for (int i = first; i < last; i++) {
            LogEntry entry = get(i);
            ReferenceCounted owner = entry.owner();
            // Neighbours often share a frame or a replayed group: one reference is enough for both.
            if (owner != null && isOther(owner, previous)) {
                owners.add(owner.retain());
                previous = owner;
            }
            buffers.add(entry.payload());
        }
        return new LeasedRecords(buffers, owners);
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
