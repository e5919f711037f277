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

    @Override
    void close();
}
