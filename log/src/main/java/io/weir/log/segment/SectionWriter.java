package io.weir.log.segment;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes one segment's bytes, into a file of its own or into a pack. One thread. Batches are neither copied nor
 * changed: their bytes must stay as they are until the writer of the file has finished or is closed.
 */
public final class SectionWriter {
    private final GatheringOutput output;
    private final SegmentId id;
    private final String path;
    private final long start;
    private final int blockBytes;
    private final BlockIndex.Builder blocks;
    private final CRC32C blockChecksum = new CRC32C();

    private int dataBytes;
    private int blockStart;
    private long lastOffset;
    private long blockMaxTimestampMs = -1;
    private long recordCount;
    private long minTimestampMs = -1;
    private long maxTimestampMs = -1;
    private long offsetOfMaxTimestamp = -1;
    private boolean ended;

    SectionWriter(GatheringOutput output, SegmentId id, String path, int blockBytes) {
        this.output = output;
        this.id = id;
        this.path = path;
        this.start = output.position();
        this.blockBytes = blockBytes;
        this.blocks = new BlockIndex.Builder(id.baseOffset());
        this.lastOffset = id.baseOffset() - 1;
    }

    /** Bytes of batches so far. */
    public int dataBytes() {
        return dataBytes;
    }

    /**
     * Adds the whole v2 batches that remain in {@code batches}, whose position stays.
     *
     * @throws WeirException INTERNAL when they are not whole v2 batches in order of offset; INVALID when the segment
     *     would outgrow its format (2 GiB of bytes or of offsets)
     */
    public void append(ByteBuffer batches) {
        require(!ended, "it has ended");
        ByteBuffer bytes = batches.duplicate();
        int limit = bytes.limit();
        int at = bytes.position();
        while (at < limit) {
            at += appendOne(bytes, at, limit);
        }
        if (bytes.hasRemaining()) {
            output.add(bytes);
        }
    }

    /** Writes what comes behind the batches. The file's writer calls it for its caller. */
    SegmentSummary end(SegmentEnd end) {
        require(!ended, "it has ended");
        require(end.nextOffset() > lastOffset, "its next offset is " + end.nextOffset());
        require(end.nextOffset() >= id.baseOffset(), "its next offset is " + end.nextOffset());
        ended = true;
        closeBlock();
        ByteBuffer producers = ProducerSnapshots.encode(end.producers());
        ByteBuffer footer = new SegmentFooter(
                        id,
                        end.nextOffset(),
                        recordCount,
                        minTimestampMs,
                        maxTimestampMs,
                        offsetOfMaxTimestamp,
                        blocks.build(),
                        end.epochs(),
                        end.abortedTransactions())
                .encode();
        ByteBuffer trailer = new SegmentTrailer(
                        dataBytes,
                        producers.remaining(),
                        Checksum.of(producers, 0, producers.limit()),
                        footer.remaining(),
                        Checksum.of(footer, 0, footer.limit()))
                .encode();
        output.add(producers);
        output.add(footer);
        output.add(trailer);
        return new SegmentSummary(
                new SegmentLocation(id, path, start, output.position() - start),
                end.nextOffset(),
                recordCount,
                maxTimestampMs,
                dataBytes);
    }

    private int appendOne(ByteBuffer bytes, int at, int limit) {
        int size = BatchHeader.size(bytes, at, limit);
        require(size > 0, "what was to be appended is not a whole v2 batch");
        long first = BatchHeader.baseOffset(bytes, at);
        long last = BatchHeader.lastOffset(bytes, at);
        if (first <= lastOffset || last < first) {
            throw broken("a batch of offsets " + first + " to " + last + " came next");
        }
        if (last - id.baseOffset() >= Integer.MAX_VALUE || (long) dataBytes + size > Integer.MAX_VALUE) {
            throw new WeirException(
                    FaultKind.INVALID,
                    "Segment " + path + " of " + id.topicId() + "-" + id.partition()
                            + " cannot hold more than 2 GiB of bytes or of offsets; end it before offset " + first);
        }
        if (dataBytes > blockStart && dataBytes - blockStart + (long) size > blockBytes) {
            closeBlock();
        }
        Checksum.update(blockChecksum, bytes, at, at + size);
        noteTimestamps(bytes, at, last);
        recordCount += BatchHeader.recordCount(bytes, at);
        lastOffset = last;
        dataBytes += size;
        return size;
    }

    private void noteTimestamps(ByteBuffer bytes, int at, long last) {
        long max = BatchHeader.maxTimestamp(bytes, at);
        blockMaxTimestampMs = Math.max(blockMaxTimestampMs, max);
        if (max > maxTimestampMs) {
            maxTimestampMs = max;
            offsetOfMaxTimestamp = last;
        }
        long first = BatchHeader.firstTimestamp(bytes, at);
        if (first >= 0 && (minTimestampMs < 0 || first < minTimestampMs)) {
            minTimestampMs = first;
        }
    }

    private void closeBlock() {
        if (dataBytes > blockStart) {
            blocks.add(lastOffset, dataBytes, (int) blockChecksum.getValue(), blockMaxTimestampMs);
            blockChecksum.reset();
            blockMaxTimestampMs = -1;
            blockStart = dataBytes;
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    private WeirException broken(String how) {
        return new WeirException(
                FaultKind.INTERNAL,
                "Segment " + path + " of " + id.topicId() + "-" + id.partition() + " with records up to offset "
                        + lastOffset + ": " + how);
    }
}
