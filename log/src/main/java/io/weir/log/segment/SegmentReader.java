package io.weir.log.segment;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.jspecify.annotations.Nullable;

/**
 * An open segment: its footer in memory, its batches read by range. Any number of threads; every call that reads
 * blocks on the store. Close it when nobody reads any more; {@link SegmentCache} keeps count of that.
 *
 * <p>Bytes that do not have their checksum are never answered with: the call fails with a WeirException CORRUPT
 * that names file, partition and position. Blocks that are whole go on being readable.
 */
public final class SegmentReader implements AutoCloseable {
    private final SegmentFile file;
    private final SegmentTrailer trailer;
    private final SegmentFooter footer;
    private final BlockIndex blocks;
    private final @Nullable ByteBuffer producers;

    /** @param producers the bytes of their snapshots, where those were read together with the footer */
    SegmentReader(SegmentFile file, SegmentTrailer trailer, SegmentFooter footer, @Nullable ByteBuffer producers) {
        this.file = file;
        this.trailer = trailer;
        this.footer = footer;
        this.blocks = footer.blocks();
        this.producers = producers;
    }

    /**
     * Opens a segment and reads its footer.
     *
     * @param allocator makes the direct buffers that records are read into
     * @throws io.weir.common.error.WeirException CORRUPT when it is damaged or is not the segment of that id; INVALID
     *     when there is no such file
     */
    public static SegmentReader open(Store store, SegmentLocation location, ByteBufAllocator allocator) {
        return SegmentFile.open(store.open(location.path()), location, allocator);
    }

    /** Opens a segment that is a file of its own. */
    public static SegmentReader open(Store store, SegmentId id, ByteBufAllocator allocator) {
        ReadFile file = store.open(id.path());
        return SegmentFile.open(file, SegmentLocation.ofFile(id, file.lengthBytes()), allocator);
    }

    /** Which segment, and where. */
    public SegmentLocation location() {
        return file.location();
    }

    /** What the footer says in short. */
    public SegmentSummary summary() {
        return new SegmentSummary(
                file.location(),
                footer.nextOffset(),
                footer.recordCount(),
                footer.maxTimestampMs(),
                trailer.dataBytes());
    }

    /** First offset that the segment answers for. */
    public long baseOffset() {
        return footer.id().baseOffset();
    }

    /** It answers for offsets below this. */
    public long nextOffset() {
        return footer.nextOffset();
    }

    /** Smallest first timestamp of a batch, or -1. */
    public long minTimestampMs() {
        return footer.minTimestampMs();
    }

    /** Largest timestamp of a record, or -1. */
    public long maxTimestampMs() {
        return footer.maxTimestampMs();
    }

    /** Last offset of the first batch that has the largest timestamp, or -1. */
    public long offsetOfMaxTimestamp() {
        return footer.offsetOfMaxTimestamp();
    }

    /** Leader epochs that the partition had records of at the segment's end, ascending. */
    public List<EpochEntry> epochs() {
        return footer.epochs();
    }

    /** The leader epoch of the record at {@code offset}; empty before the first one. */
    public OptionalInt epochAt(long offset) {
        OptionalInt epoch = OptionalInt.empty();
        for (EpochEntry entry : footer.epochs()) {
            if (entry.startOffset() > offset) {
                break;
            }
            epoch = OptionalInt.of(entry.epoch());
        }
        return epoch;
    }

    /** What the open segment takes in memory beside records, roughly. */
    public long memoryBytes() {
        return footer.memoryBytes() + (producers == null ? 0 : producers.capacity());
    }

    /** As {@link #read(long, long, int, boolean)}, to the segment's end. */
    public SegmentRead read(long offset, int maxBytes, boolean minOneBatch) {
        return read(offset, footer.nextOffset(), maxBytes, minOneBatch);
    }

    /**
     * Reads whole batches from the one that holds {@code offset} on, or from the first one behind it: one read of
     * the store, into one buffer.
     *
     * @param endOffset no batch with an offset at or beyond it
     * @param maxBytes upper bound of the records, except that the first batch comes whole when {@code minOneBatch}
     */
    public SegmentRead read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        long end = Math.min(endOffset, footer.nextOffset());
        int first = blocks.blockOf(offset);
        if (offset >= end || first == blocks.count()) {
            return new SegmentRead(LeasedRecords.EMPTY, Math.max(offset, end));
        }
        int last = Math.min(
                blocks.blockEndingAt(blocks.start(first) + (long) maxBytes),
                Math.min(blocks.blockOf(end - 1), blocks.count() - 1));
        return new BatchScan(offset, end, maxBytes, minOneBatch).read(first, Math.max(first, last));
    }

    /** The first record at or after {@code fromOffset} whose timestamp is at least {@code timestampMs}. */
    public Optional<TimestampAndOffset> findByTimestamp(long timestampMs, long fromOffset) {
        if (footer.maxTimestampMs() < timestampMs) {
            return Optional.empty();
        }
        for (int block = blocks.blockOf(fromOffset); block < blocks.count(); block++) {
            if (blocks.maxTimestamp(block) >= timestampMs) {
                Optional<TimestampAndOffset> found =
                        inBlock(block, records -> TimestampSearch.first(records, timestampMs, fromOffset));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The first record with the largest timestamp of the records at or after {@code fromOffset}. */
    public Optional<TimestampAndOffset> findMaxTimestamp(long fromOffset) {
        int firstWhole = fromOffset <= footer.id().baseOffset() ? 0 : blocks.blockOf(fromOffset) + 1;
        Optional<TimestampAndOffset> best = Optional.empty();
        if (firstWhole > 0 && firstWhole <= blocks.count()) {
            best = inBlock(firstWhole - 1, records -> TimestampSearch.largest(records, fromOffset));
        }
        int largest = -1;
        for (int block = firstWhole; block < blocks.count(); block++) {
            if (blocks.maxTimestamp(block) >= 0
                    && (largest < 0 || blocks.maxTimestamp(block) > blocks.maxTimestamp(largest))) {
                largest = block;
            }
        }
        if (largest < 0 || (best.isPresent() && best.get().timestamp >= blocks.maxTimestamp(largest))) {
            return best;
        }
        Optional<TimestampAndOffset> later = inBlock(largest, records -> TimestampSearch.largest(records, fromOffset));
        return later.isPresent() ? later : best;
    }

    /** Transactions whose abort marker is in this segment, in the order of the markers. */
    public List<AbortedTransactionEntry> abortedTransactions() {
        return footer.abortedTransactions();
    }

    /** Of {@link #abortedTransactions} those that overlap the offsets from {@code fromOffset} to below {@code toOffset}. */
    public AbortedTransactions abortedTransactions(long fromOffset, long toOffset) {
        List<AbortedTransaction> found = new ArrayList<>();
        for (AbortedTransactionEntry entry : footer.abortedTransactions()) {
            if (entry.lastOffset() >= fromOffset && entry.firstOffset() < toOffset) {
                found.add(new AbortedTransaction()
                        .setProducerId(entry.producerId())
                        .setFirstOffset(entry.firstOffset()));
            }
            if (entry.lastStableOffset() >= toOffset) {
                return new AbortedTransactions(found, true);
            }
        }
        return new AbortedTransactions(found, false);
    }

    /** The producers as they were behind the segment's last record; read from the store. */
    public List<ProducerSnapshotEntry> producers() {
        ByteBuffer bytes = producersBytes();
        if (Checksum.of(bytes, 0, bytes.limit()) != trailer.producersChecksum()) {
            throw file.corrupt(trailer.dataBytes(), bytes.limit(), "the checksum of the producers' state is wrong", "");
        }
        List<ProducerSnapshotEntry> producers = ProducerSnapshots.decode(bytes);
        if (producers == null) {
            throw file.corrupt(trailer.dataBytes(), bytes.limit(), "the producers' state contradicts itself", "");
        }
        return producers;
    }

    private ByteBuffer producersBytes() {
        if (producers != null) {
            return producers.duplicate();
        }
        ByteBuffer bytes = ByteBuffer.allocate(trailer.producersBytes());
        file.read(trailer.dataBytes(), bytes);
        return bytes.flip();
    }

    /** Reads everything and checks every block's checksum and every batch's own. */
    public void verify() {
        for (int block = 0; block < blocks.count(); block++) {
            int position = blocks.start(block);
            int size = blocks.end(block) - position;
            inBlock(block, records -> {
                records.batches().forEach(batch -> {
                    if (!batch.isValid()) {
                        throw file.corrupt(
                                position,
                                size,
                                "the batch at offset " + batch.baseOffset() + " was damaged before it was written",
                                "");
                    }
                });
                return Optional.<TimestampAndOffset>empty();
            });
        }
        producers();
    }

    @Override
    public void close() {
        file.close();
    }

    private Optional<TimestampAndOffset> inBlock(int block, TimestampSearch.Step step) {
        ByteBuf buffer = readBlocks(block, block);
        try {
            return TimestampSearch.run(
                    buffer.nioBuffer(),
                    step,
                    cause -> file.corrupt(
                            blocks.start(block), buffer.readableBytes(), "its records cannot be read: " + cause, ""));
        } finally {
            buffer.release();
        }
    }

    /** Where the batches are. */
    BlockIndex blocks() {
        return blocks;
    }

    /** The fault for bytes that are not what was written. */
    WeirException corrupt(long position, long sizeBytes, String reason) {
        return file.corrupt(position, sizeBytes, reason, "");
    }

    /** The blocks' bytes, checked; released by the caller. */
    ByteBuf readBlocks(int first, int last) {
        int from = blocks.start(first);
        int size = blocks.end(last) - from;
        ByteBuf buffer = file.read(from, size);
        boolean whole = false;
        try {
            ByteBuffer bytes = buffer.nioBuffer();
            for (int block = first; block <= last; block++) {
                int start = blocks.start(block);
                int end = blocks.end(block);
                int found = Checksum.of(bytes, start - from, end - from);
                if (found != blocks.checksum(block)) {
                    throw file.corrupt(
                            start,
                            end - start,
                            "the checksum is " + Integer.toHexString(found) + " where "
                                    + Integer.toHexString(blocks.checksum(block)) + " was written",
                            "Offsets up to " + blocks.lastOffset(block) + " are lost there; reading goes on from "
                                    + (blocks.lastOffset(block) + 1) + ".");
                }
            }
            whole = true;
            return buffer;
        } finally {
            if (!whole) {
                buffer.release();
            }
        }
    }

    /** Picks the batches that were asked for out of the blocks that hold them. */
    private final class BatchScan {
        private final long offset;
        private final long endOffset;
        private final int maxBytes;
        private final boolean minOneBatch;

        BatchScan(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
            this.offset = offset;
            this.endOffset = endOffset;
            this.maxBytes = maxBytes;
            this.minOneBatch = minOneBatch;
        }

        SegmentRead read(int firstBlock, int lastBlock) {
            ByteBuf buffer = readBlocks(firstBlock, lastBlock);
            boolean leased = false;
            try {
                SegmentRead found = pick(buffer, blocks.start(firstBlock));
                leased = found.records().sizeInBytes() > 0;
                return found;
            } finally {
                if (!leased) {
                    buffer.release();
                }
            }
        }

        private SegmentRead pick(ByteBuf buffer, int position) {
            int limit = buffer.readableBytes();
            ByteBuffer bytes = buffer.nioBuffer();
            int at = 0;
            while (at < limit && BatchHeader.lastOffset(bytes, at) < offset) {
                at += size(bytes, at, limit, position);
            }
            int from = at;
            long next = offset;
            boolean cut = false;
            while (at < limit && !cut) {
                int size = size(bytes, at, limit, position);
                long last = BatchHeader.lastOffset(bytes, at);
                boolean fits = (long) at + size - from <= maxBytes || (at == from && minOneBatch);
                cut = last >= endOffset || !fits;
                if (cut) {
                    next = BatchHeader.baseOffset(bytes, at) >= endOffset ? endOffset : next;
                } else {
                    at += size;
                    next = last + 1;
                }
            }
            if (!cut && position + at == trailer.dataBytes()) {
                next = footer.nextOffset();
            }
            return at == from
                    ? new SegmentRead(LeasedRecords.EMPTY, next)
                    : new SegmentRead(new LeasedRecords(List.of(bytes.slice(from, at - from)), List.of(buffer)), next);
        }

        private int size(ByteBuffer bytes, int at, int limit, int position) {
            int size = BatchHeader.size(bytes, at, limit);
            if (size < 0) {
                throw file.corrupt(position + at, limit - at, "there is no whole batch", "");
            }
            return size;
        }
    }
}
