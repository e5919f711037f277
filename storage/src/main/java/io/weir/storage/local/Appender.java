package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** How bytes get from buffers into a file. */
interface Appender {
    /** Takes all remaining bytes of all buffers, to stand at {@code position}; answers how many. Positions move. */
    long append(FileChannel channel, long position, List<ByteBuffer> buffers) throws IOException;

    /** Hands everything that was taken to the system: called before it is forced to the disk. */
    default void settle(FileChannel channel) throws IOException {}

    /** Whether the last append, of bytes that follow flushed ones, is durable already, without {@link #settle} and a flush. */
    default boolean isThrough() {
        return false;
    }

    /** Of what every append must be a multiple. */
    default int blockBytes() {
        return 1;
    }

    /** Nothing more will be written: gives back what it holds. */
    default void end() {}

    /** Through the page cache, all buffers with as few system calls as may be. */
    static Appender throughPageCache() {
        return (channel, position, buffers) -> GatheringWrite.writeFully(channel, buffers);
    }
}
