package io.weir.log.segment;

import io.netty.buffer.ByteBufAllocator;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;

/** A segment's stretch of an open file, and the words for what is wrong with it. Any number of threads. */
final class SegmentFile implements AutoCloseable {
    // Most footers come with the trailer in one read.
    private static final int TAIL_BYTES = 16 * 1024;

    private final ReadFile file;
    private final SegmentLocation location;
    private final ByteBufAllocator allocator;

    private SegmentFile(ReadFile file, SegmentLocation location, ByteBufAllocator allocator) {
        this.file = file;
        this.location = location;
        this.allocator = allocator;
    }

    /** Opens the segment in {@code file}, which is closed with it, or at once when that fails. */
    static SegmentReader open(ReadFile file, SegmentLocation location, ByteBufAllocator allocator) {
        SegmentFile opened = new SegmentFile(file, location, allocator);
        boolean good = false;
        try {
            SegmentReader reader = opened.readFooter();
            good = true;
            return reader;
        } finally {
            if (!good) {
                file.close();
            }
        }
    }

    SegmentLocation location() {
        return location;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /** Fills {@code target} from {@code position} of the segment. */
    void read(long position, ByteBuffer target) {
        int size = target.remaining();
        try {
            file.readFully(location.start() + position, target);
        } catch (WeirException e) {
            if (e.kind() == FaultKind.CORRUPT) {
                throw corrupt(position, size, String.valueOf(e.getMessage()), "");
            }
            throw e;
        }
    }

    /** The fault for bytes that are not what was written. */
    WeirException corrupt(long position, long sizeBytes, String reason, String wayOut) {
        SegmentId id = location.id();
        return new WeirException(
                FaultKind.CORRUPT,
                "Segment " + location.path() + " of partition " + id.topicId() + "-" + id.partition()
                        + " (base offset " + id.baseOffset() + ") is damaged in the " + sizeBytes + " bytes at "
                        + (location.start() + position) + ": " + reason + ". Put the file back from a copy. "
                        + (wayOut.isEmpty() ? "What is not damaged can still be read." : wayOut));
    }

    @Override
    public void close() {
        file.close();
    }

    private SegmentReader readFooter() {
        long length = location.lengthBytes();
        if (length < SegmentTrailer.SIZE_BYTES) {
            throw corrupt(0, length, "it is shorter than a trailer: it has been cut off", "");
        }
        int tailBytes = (int) Math.min(length, TAIL_BYTES);
        ByteBuffer tail = ByteBuffer.allocate(tailBytes);
        read(length - tailBytes, tail);
        tail.flip().position(tailBytes - SegmentTrailer.SIZE_BYTES);
        SegmentTrailer trailer;
        try {
            trailer = SegmentTrailer.decode(tail, length);
        } catch (BadBytes e) {
            throw corrupt(
                    length - SegmentTrailer.SIZE_BYTES,
                    SegmentTrailer.SIZE_BYTES,
                    String.valueOf(e.getMessage()),
                    "Without its trailer nothing in it can be read.");
        }
        return new SegmentReader(this, trailer, decodeFooter(trailer, tail));
    }

    private SegmentFooter decodeFooter(SegmentTrailer trailer, ByteBuffer tail) {
        int size = trailer.footerBytes();
        long position = location.lengthBytes() - SegmentTrailer.SIZE_BYTES - size;
        ByteBuffer bytes;
        int inTail = tail.capacity() - SegmentTrailer.SIZE_BYTES;
        if (size <= inTail) {
            bytes = tail.slice(inTail - size, size);
        } else {
            bytes = ByteBuffer.allocate(size);
            read(position, bytes);
            bytes.flip();
        }
        if (Checksum.of(bytes, 0, size) != trailer.footerChecksum()) {
            throw corrupt(
                    position, size, "the footer's checksum is wrong", "Without its footer nothing in it can be read.");
        }
        SegmentFooter footer = SegmentFooter.decode(bytes, trailer.dataBytes());
        if (footer == null) {
            throw corrupt(
                    position, size, "the footer contradicts itself", "Without its footer nothing in it can be read.");
        }
        if (!footer.id().equals(location.id())) {
            throw corrupt(
                    position,
                    size,
                    "it is another segment, " + footer.id().path(),
                    "Somebody has renamed or overwritten it.");
        }
        return footer;
    }
}
