package io.weir.proxy.tail;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/** What one answer of an owner had of a partition: whole batches in the buffers that they came in. Counted by reference. */
final class Chunk extends AbstractReferenceCounted {
    private static final int OVERHEAD_BYTES = 256;
    private static final int SIZE_AT = 8;
    private static final int LOG_OVERHEAD = 12;
    private static final int LAST_OFFSET_DELTA_AT = 23;

    private final long from;
    private final long next;
    private final LeasedRecords records;
    private final List<AbortedTransaction> aborted;

    private Chunk(long from, long next, LeasedRecords records, List<AbortedTransaction> aborted) {
        this.from = from;
        this.next = next;
        this.records = records;
        this.aborted = aborted;
    }

    /**
     * Takes the records over.
     *
     * @param from the offset that was asked for
     * @return null when there are none
     */
    static @Nullable Chunk of(long from, BaseRecords records, @Nullable List<AbortedTransaction> aborted) {
        LeasedRecords leased =
                switch (records) {
                    case LeasedRecords those -> those;
                    case MemoryRecords memory -> LeasedRecords.unowned(memory.buffer());
                    default -> throw new IllegalArgumentException("Cannot keep " + records.getClass());
                };
        long next = from;
        for (ByteBuffer buffer : leased.buffers()) {
            for (int at = buffer.position(); at < buffer.limit(); at += size(buffer, at)) {
                next = lastOffset(buffer, at) + 1;
            }
        }
        if (next <= from) {
            leased.release();
            return null;
        }
        return new Chunk(from, next, leased, aborted == null ? List.of() : List.copyOf(aborted));
    }

    private static int size(ByteBuffer buffer, int at) {
        int left = buffer.limit() - at;
        int size = left < LOG_OVERHEAD + LAST_OFFSET_DELTA_AT ? 0 : buffer.getInt(at + SIZE_AT) + LOG_OVERHEAD;
        if (size <= LOG_OVERHEAD || size > left) {
            throw new IllegalArgumentException("An owner's answer has no whole batch at its byte " + at);
        }
        return size;
    }

    private static long lastOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at) + buffer.getInt(at + LAST_OFFSET_DELTA_AT);
    }

    long from() {
        return from;
    }

    /** The offset behind the last record. */
    long next() {
        return next;
    }

    int sizeBytes() {
        return records.sizeInBytes();
    }

    /** What it counts for in memory. */
    int charge() {
        return records.sizeInBytes() + OVERHEAD_BYTES;
    }

    List<AbortedTransaction> aborted() {
        return aborted;
    }

    /** Whether a reader may begin at {@code offset}: with aborted transactions only where its owner was asked. */
    boolean serves(long offset) {
        return offset == from || (offset > from && offset < next && aborted.isEmpty());
    }

    /**
     * Adds batches from the one with {@code offset} on.
     *
     * @param minOneBatch whether the first may be larger than {@code maxBytes}
     * @return the offset behind the last one added; {@code offset} when none fits
     */
    long collect(long offset, int maxBytes, boolean minOneBatch, List<ByteBuffer> into) {
        int left = maxBytes;
        boolean one = minOneBatch;
        long reached = offset;
        for (ByteBuffer buffer : records.buffers()) {
            int start = -1;
            int at = buffer.position();
            boolean full = false;
            while (at < buffer.limit() && !full) {
                int size = size(buffer, at);
                long last = lastOffset(buffer, at);
                if (last >= offset) {
                    full = size > left && !one;
                    if (!full) {
                        start = start < 0 ? at : start;
                        left -= size;
                        one = false;
                        reached = last + 1;
                    }
                }
                at += full ? 0 : size;
            }
            if (start >= 0) {
                into.add(buffer.slice(start, at - start));
            }
            if (full) {
                return reached;
            }
        }
        return Math.max(reached, next);
    }

    @Override
    protected void deallocate() {
        records.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
