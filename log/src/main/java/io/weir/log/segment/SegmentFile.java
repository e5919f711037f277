package io.weir.log.segment;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A segment's stretch of an open file, and the words for what is wrong with it. Any number of threads. */
final class SegmentFile implements AutoCloseable {
    // Most footers come with the trailer in one read.
    private static final int TAIL_BYTES = 16 * 1024;
    // Few producers: not worth a read of their own, nor much memory.
    private static final int FEW_PRODUCERS_BYTES = 1024;
    // From so many bytes on a store may have wishes.
    private static final int LONG_BYTES = 64 * 1024;

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

    /** Fills {@code target} from {@code position} of the segment. */
    void read(long position, ByteBuffer target) {
        read(position, target.remaining(), location.start() + position, target);
    }

    private void read(long position, int size, long filePosition, ByteBuffer target) {
        try {
            file.readFully(filePosition, target);
        } catch (WeirException e) {
            if (e.kind() == FaultKind.CORRUPT) {
                throw corrupt(position, size, String.valueOf(e.getMessage()), "");
            }
            throw e;
        }
    }

    /**
     * Reads {@code size} bytes from {@code position} of the segment into one direct buffer, as its readable bytes; a
     * long stretch with what is around it, where the store likes that better. Released by the caller.
     */
    ByteBuf read(int position, int size) {
        int unit = size < LONG_BYTES ? 1 : file.alignmentBytes();
        long start = location.start() + position;
        long end = start + size;
        long from = start - start % unit;
        // The file's last unit may not be a whole one.
        long to = Math.max(end, Math.min(Math.ceilDiv(end, unit) * unit, file.lengthBytes()));
        int capacity = (int) (to - from) + unit - 1;
        ByteBuf buffer = allocator.directBuffer(capacity, capacity);
        boolean filled = false;
        try {
            ByteBuffer memory = buffer.nioBuffer(0, capacity);
            int skip = unit == 1 ? 0 : (unit - memory.alignmentOffset(0, unit)) % unit;
            read(position, size, from, memory.slice(skip, (int) (to - from)));
            int first = skip + (int) (start - from);
            buffer.setIndex(first, first + size);
            filled = true;
            return buffer;
        } finally {
            if (!filled) {
                buffer.release();
            }
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
        return new SegmentReader(this, trailer, decodeFooter(trailer, tail), producers(trailer, tail));
    }

    /** A copy, for the tail is larger by far. */
    private @Nullable ByteBuffer producers(SegmentTrailer trailer, ByteBuffer tail) {
        long from = trailer.dataBytes() - (location.lengthBytes() - tail.capacity());
        int size = trailer.producersBytes();
        if (from < 0 || size > FEW_PRODUCERS_BYTES) {
            return null;
        }
        return ByteBuffer.allocate(size).put(tail.slice((int) from, size)).flip();
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
