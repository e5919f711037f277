package io.weir.storage.local;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Memory that is aligned as direct I/O wants it, written in whole blocks. Small enough to stay in the processor's
 * cache between the copy into it and the disk's reading of it. One thread at a time.
 */
final class BlockArea {
    static final int AREA_BYTES = 1 << 20;

    private final int blockBytes;
    private final ByteBuffer bytes;

    BlockArea(int blockBytes) {
        this.blockBytes = blockBytes;
        this.bytes = ByteBuffer.allocateDirect(AREA_BYTES + blockBytes)
                .alignedSlice(blockBytes)
                .slice(0, AREA_BYTES);
    }

    int blockBytes() {
        return blockBytes;
    }

    /** Bytes in here. */
    int size() {
        return bytes.position();
    }

    boolean isFull() {
        return !bytes.hasRemaining();
    }

    void clear() {
        bytes.clear();
    }

    /** Becomes full of zeros. */
    void zero() {
        MemorySegment.ofBuffer(bytes.clear()).fill((byte) 0);
        bytes.position(bytes.limit());
    }

    /** Takes as much of the buffer as fits. */
    void take(ByteBuffer from) {
        int count = Math.min(from.remaining(), bytes.remaining());
        bytes.put(bytes.position(), from, from.position(), count);
        bytes.position(bytes.position() + count);
        from.position(from.position() + count);
    }

    /** Writes all of it at {@code position}, the last block filled up with zeros, and keeps it. */
    void write(FileChannel channel, long position) throws IOException {
        int size = bytes.position();
        while (bytes.position() % blockBytes != 0) {
            bytes.put((byte) 0);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            // A disk that is full may take a part, down to a sector; the rest then starts in mid-block and is refused.
            channel.write(bytes, position + bytes.position());
        }
        bytes.clear().position(size);
    }

    /** Forgets all whole blocks; answers how many bytes those were. */
    int dropWholeBlocks() {
        int whole = bytes.position() - bytes.position() % blockBytes;
        bytes.flip().position(whole);
        bytes.compact();
        return whole;
    }
}
