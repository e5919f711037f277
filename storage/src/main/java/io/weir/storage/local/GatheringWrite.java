package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.List;

/** Writes many buffers with as few system calls as the system allows. */
final class GatheringWrite {
    private GatheringWrite() {}

    /** Writes all remaining bytes of all buffers; answers how many those were. Direct buffers are not copied. */
    static long writeFully(GatheringByteChannel channel, List<ByteBuffer> buffers) throws IOException {
        if (buffers.size() == 1) {
            return writeOne(channel, buffers.getFirst());
        }
        ByteBuffer[] rest = buffers.toArray(ByteBuffer[]::new);
        long written = 0;
        int first = 0;
        while (true) {
            while (first < rest.length && !rest[first].hasRemaining()) {
                first++;
            }
            if (first == rest.length) {
                return written;
            }
            // The system takes 1,024 a call; Java sends as many and answers how far it came.
            written += channel.write(rest, first, rest.length - first);
        }
    }

    private static long writeOne(GatheringByteChannel channel, ByteBuffer buffer) throws IOException {
        long written = 0;
        while (buffer.hasRemaining()) {
            written += channel.write(buffer);
        }
        return written;
    }
}
