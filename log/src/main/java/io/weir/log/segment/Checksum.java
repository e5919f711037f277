package io.weir.log.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of a stretch of a buffer, whose position and limit stay. */
final class Checksum {
    private Checksum() {}

    static int of(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        update(crc, buffer, from, to);
        return (int) crc.getValue();
    }

    static void update(CRC32C crc, ByteBuffer buffer, int from, int to) {
        crc.update(buffer.duplicate().limit(to).position(from));
    }
}
