package io.weir.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One file that is being written, by one writer, at its end. {@link #append} is called by one thread at a time;
 * {@link #flush} may be called by another meanwhile. After any exception the file's tail is unknown: the writer
 * makes a new file and appends again, it never retries here (a failed fsync is never tried again as if it had
 * worked).
 */
public interface AppendFile extends AutoCloseable {
    /** The path it was made with. */
    String path();

    /** Bytes appended so far, flushed or not. */
    long lengthBytes();

    /** Every append must be a multiple of so many bytes: a power of two, 1 for an ordinary file. */
    default int blockBytes() {
        return 1;
    }

    /** Appends all remaining bytes of all buffers, in one gathering write where the back end can. Positions move. */
    void append(List<ByteBuffer> buffers);

    /** Returns when all that was appended before the call survives the loss of this process and of the machine's power. */
    void flush();

    /** Flushes and closes for good: the length is final. */
    void seal();

    /** Lets go of the file without any promise about what was not flushed. */
    @Override
    void close();
}
