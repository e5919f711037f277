package io.weir.broker.records;

import java.nio.ByteBuffer;

/**
 * Whether what a Snappy stream says of its own length can be. The library takes an array as long as a block says that it
 * becomes, up to two gigabytes for ten bytes, before it reads any of it; but no block becomes more than 64 bytes for
 * each three. Both forms that clients send are known: one bare block, and blocks with lengths behind the header of
 * Java's stream. Pure; looks at a few bytes a block.
 */
public final class SnappyLengths {
    /** The header of Java's stream: eight bytes of magic, version, oldest compatible version. */
    private static final long MAGIC = 0x82_53_4E_41_50_50_59_00L;

    private static final int MAGIC_HEAD = (int) (MAGIC >>> 32);
    private static final int HEADER_BYTES = 16;
    /** A copy of 64 bytes takes three; what a block begins with is forgiven. */
    private static final int BYTES_FOR_THREE = 64;

    private SnappyLengths() {}

    /** Whether all lengths can be, from {@code position} to the limit. A stream that ends too soon is for its reader to tell. */
    public static boolean arePossible(ByteBuffer buffer, int position) {
        if (buffer.limit() - position < Long.BYTES || buffer.getLong(position) != MAGIC) {
            return isPossible(buffer, position, buffer.limit() - position);
        }
        int next = position + HEADER_BYTES;
        while (buffer.limit() - next >= Integer.BYTES) {
            int bytes = buffer.getInt(next);
            if (bytes == MAGIC_HEAD) {
                // Streams may follow each other.
                next += HEADER_BYTES;
                continue;
            }
            next += Integer.BYTES;
            if (bytes < 0 || bytes > buffer.limit() - next || !isPossible(buffer, next, bytes)) {
                return false;
            }
            next += bytes;
        }
        return true;
    }

    private static boolean isPossible(ByteBuffer buffer, int position, int bytes) {
        long length = 0;
        for (int i = 0; i < Math.min(bytes, 5); i++) {
            byte next = buffer.get(position + i);
            length |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return length <= (long) (bytes / 3 + 1) * BYTES_FOR_THREE;
            }
        }
        return false;
    }
}
