package io.weir.log.segment;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.cache.CachedBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks the batches that one reader asked for out of cached blocks that come in order. Whole blocks of the index go
 * by the index alone; batches are looked at one by one only where the reader's stretch begins and ends. One thread.
 */
final class BatchPick {
    // A smaller share of a block is copied: few bytes for a slow client must not hold many.
    private static final int LEAST_SHARE = 4;

    private final SegmentReader segment;
    private final BlockIndex index;
    private final ByteBufAllocator allocator;
    private final Bounds bounds;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private final List<ReferenceCounted> owners = new ArrayList<>();
    private long found;
    private long next;
    private long reached; // becomes next when the batches up to it have been added
    private int nextBlock = -1;

    /** As the parameters of {@link SegmentReader#read(long, long, int, boolean)}. */
    record Bounds(long offset, long endOffset, int maxBytes, boolean minOneBatch) {}

    BatchPick(SegmentReader segment, ByteBufAllocator allocator, Bounds bounds) {
        this.segment = segment;
        this.index = segment.blocks();
        this.allocator = allocator;
        this.bounds = bounds;
        this.next = bounds.offset();
    }

    /**
     * Takes what there is in the index's blocks {@code from} to {@code last}.
     *
     * @param block holds those from {@code first} on; the caller keeps its reference
     * @return whether the reader may have more
     */
    boolean take(CachedBlock block, int first, int from, int last) {
        int base = index.start(first);
        int at = index.start(from) - base;
        ByteBuffer bytes = block.slice(0, block.sizeBytes());
        if (nextBlock < 0) {
            at = skip(bytes, at, index.end(from) - base, base);
        }
        int start = at;
        int number = from;
        reached = next;
        while (number <= last) {
            int end = index.end(number) - base;
            if (index.lastOffset(number) < bounds.endOffset() && found + end - start <= bounds.maxBytes()) {
                at = end;
                reached = index.lastOffset(number) + 1;
            } else {
                at = walk(bytes, start, at, end, base);
                if (at < end) {
                    break;
                }
            }
            number++;
        }
        add(block, start, at);
        next = reached;
        nextBlock = number;
        return number > last && next < bounds.endOffset() && found < bounds.maxBytes();
    }

    /** Behind the batches that end before the reader's offset. */
    private int skip(ByteBuffer bytes, int from, int limit, int base) {
        int at = from;
        while (at < limit && BatchHeader.lastOffset(bytes, at) < bounds.offset()) {
            at += size(bytes, at, limit, base);
        }
        return at;
    }

    /** Behind the last batch from {@code from} on that the reader gets. */
    private int walk(ByteBuffer bytes, int start, int from, int limit, int base) {
        int at = from;
        while (at < limit) {
            int size = size(bytes, at, limit, base);
            long last = BatchHeader.lastOffset(bytes, at);
            boolean firstOfAll = found == 0 && at == start;
            boolean fits = found + at + size - start <= bounds.maxBytes() || (firstOfAll && bounds.minOneBatch());
            if (last >= bounds.endOffset() || !fits) {
                if (BatchHeader.baseOffset(bytes, at) >= bounds.endOffset()) {
                    reached = bounds.endOffset();
                }
                return at;
            }
            at += size;
            reached = last + 1;
        }
        return at;
    }

    private int size(ByteBuffer bytes, int at, int limit, int base) {
        int size = BatchHeader.size(bytes, at, limit);
        if (size < 0) {
            throw segment.corrupt(base + at, limit - at, "there is no whole batch");
        }
        return size;
    }

    private void add(CachedBlock block, int start, int end) {
        int size = end - start;
        if (size == 0) {
            return;
        }
        if (size < block.sizeBytes() / LEAST_SHARE) {
            ByteBuf copy = allocator.directBuffer(size, size);
            copy.writeBytes(block.slice(start, end));
            pieces.add(copy.nioBuffer());
            owners.add(copy);
        } else {
            block.retain();
            pieces.add(block.slice(start, end));
            owners.add(block);
        }
        found += size;
    }

    boolean isEmpty() {
        return found == 0;
    }

    SegmentRead result() {
        if (nextBlock == index.count()) {
            next = segment.nextOffset();
        }
        return new SegmentRead(isEmpty() ? LeasedRecords.EMPTY : new LeasedRecords(pieces, owners), next);
    }

    /** Instead of {@link #result}. */
    void release() {
        owners.forEach(ReferenceCounted::release);
    }
}
