package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Reads large stretches past the page cache (direct I/O): the log has a cache of its own for those, and filling the
 * page cache with old bytes costs processor time and holds up the flushes of those who write. Any thread.
 */
final class DirectReads {
    /** Shorter reads, such as footers, are worth a place in the page cache. */
    static final int LEAST_BYTES = 64 << 10;

    private static final int AREA_BYTES = 256 << 10;

    /** As many as threads that load: what one more needs is made and thrown away, which costs as much as the reading. */
    private static final int MAX_IDLE_AREAS = 16;

    private final int blockBytes;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

    /** @param blockBytes the unit of reading; 1 where there is no direct I/O */
    DirectReads(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    /** The file for {@link #read}; null when it is too short or the file system cannot. */
    @Nullable
    FileChannel open(Path file, long lengthBytes) throws IOException {
        return blockBytes == 1 || lengthBytes < LEAST_BYTES
                ? null
                : FileChannel.open(file, StandardOpenOption.READ, DirectIo.option());
    }

    /** What positions and addresses have to be multiples of for bytes to go straight into the target. */
    int blockBytes() {
        return blockBytes;
    }

    /** As {@link FileChannel#read(ByteBuffer, long)} from any position into any buffer. */
    int read(FileChannel channel, ByteBuffer target, long position) throws IOException {
        int whole = target.remaining() - target.remaining() % blockBytes;
        return whole > 0 && isAligned(target, position)
                ? readStraight(channel, target, position, whole)
                : readAndCopy(channel, target, position);
    }

    private boolean isAligned(ByteBuffer target, long position) {
        return target.isDirect()
                && position % blockBytes == 0
                && target.alignmentOffset(target.position(), blockBytes) == 0;
    }

    private static int readStraight(FileChannel channel, ByteBuffer target, long position, int size)
            throws IOException {
        int limit = target.limit();
        target.limit(target.position() + size);
        try {
            return channel.read(target, position);
        } finally {
            target.limit(limit);
        }
    }

    private int readAndCopy(FileChannel channel, ByteBuffer target, long position) throws IOException {
        ByteBuffer area = borrow();
        try {
            int skip = (int) (position % blockBytes);
            int wanted = Math.min(target.remaining(), AREA_BYTES - skip);
            area.clear().limit(Math.ceilDiv(skip + wanted, blockBytes) * blockBytes);
            int found = Math.min(channel.read(area, position - skip) - skip, wanted);
            if (found <= 0) {
                return -1;
            }
            target.put(area.slice(skip, found));
            return found;
        } finally {
            giveBack(area);
        }
    }

    private ByteBuffer borrow() {
        synchronized (idle) {
            ByteBuffer area = idle.poll();
            if (area != null) {
                return area;
            }
        }
        return ByteBuffer.allocateDirect(AREA_BYTES + blockBytes).alignedSlice(blockBytes);
    }

    private void giveBack(ByteBuffer area) {
        synchronized (idle) {
            if (idle.size() < MAX_IDLE_AREAS) {
                idle.push(area);
            }
        }
    }
}
