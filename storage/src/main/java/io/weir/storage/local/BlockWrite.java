package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Writes buffers past the page cache: gathers them in a memory area that is aligned as direct I/O wants it, and writes
 * that in whole blocks. The area is small enough to stay in the processor's cache. One thread at a time.
 */
final class BlockWrite {
    private static final int AREA_BYTES = 1 << 20;

    private final int blockBytes;
    private final ByteBuffer area;

    BlockWrite(int blockBytes) {
        this.blockBytes = blockBytes;
        this.area = ByteBuffer.allocateDirect(AREA_BYTES + blockBytes)
                .alignedSlice(blockBytes)
                .slice(0, AREA_BYTES);
    }

    /**
     * Writes all remaining bytes of all buffers at {@code position}, a multiple of the block size; answers how many.
     *
     * @throws IllegalArgumentException when they do not fill whole blocks: nothing has been written
     */
    long writeFully(FileChannel channel, long position, List<ByteBuffer> buffers) throws IOException {
        long total = 0;
        for (ByteBuffer buffer : buffers) {
            total += buffer.remaining();
        }
        if (total % blockBytes != 0) {
            throw new IllegalArgumentException(total + " bytes do not fill blocks of " + blockBytes);
        }
        long at = position;
        area.clear();
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                int count = Math.min(buffer.remaining(), area.remaining());
                area.put(area.position(), buffer, buffer.position(), count);
                area.position(area.position() + count);
                buffer.position(buffer.position() + count);
                if (!area.hasRemaining()) {
                    at += drain(channel, at);
                }
            }
        }
        at += drain(channel, at);
        return at - position;
    }

    private int drain(FileChannel channel, long position) throws IOException {
        int size = area.flip().remaining();
        while (area.hasRemaining()) {
            channel.write(area, position + area.position());
            // A disk that is full may take a part, down to a sector; the rest then starts in mid-block and is refused.
        }
        area.clear();
        return size;
    }
}
