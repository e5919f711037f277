package io.weir.storage;

import java.nio.ByteBuffer;

/** One file open for reading by range. Any number of threads. */
public interface ReadFile extends AutoCloseable {
    /** Bytes that can be read, as of the opening. */
    long lengthBytes();

    /**
     * Fills {@code target}'s remaining bytes from {@code position}.
     *
     * @throws io.weir.common.error.WeirException CORRUPT when the file ends before the buffer is full
     */
    void readFully(long position, ByteBuffer target);

    /**
     * What long stretches, of 64 KiB and more, are best read in: a power of two. Where the position and the address of
     * the target's first byte are multiples of it, the bytes go into the target without being copied on the way. 1 where
     * nothing is gained.
     */
    default int alignmentBytes() {
        return 1;
    }

    @Override
    void close();
}
