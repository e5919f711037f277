package io.weir.bench.soak;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Records that say which they are: a number, a checksum, and bytes that compress a little. Pure. */
final class Numbered {
    private static final int HEADER_BYTES = 12;
    private static final int ALPHABET = 32;

    private Numbered() {}

    /** The value of record {@code number}. */
    static byte[] value(long number, int sizeBytes) {
        byte[] filling = new byte[Math.max(0, sizeBytes - HEADER_BYTES)];
        SplittableRandom random = new SplittableRandom(number);
        for (int i = 0; i < filling.length; i++) {
            filling[i] = (byte) ('A' + random.nextInt(ALPHABET));
        }
        return ByteBuffer.allocate(HEADER_BYTES + filling.length)
                .putLong(number)
                .putInt(checksum(number, ByteBuffer.wrap(filling)))
                .put(filling)
                .array();
    }

    /** The number of the record with this value; -1 when the value is damaged. */
    static long number(byte[] value) {
        if (value.length < HEADER_BYTES) {
            return -1;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        long number = bytes.getLong();
        return bytes.getInt() == checksum(number, bytes) ? number : -1;
    }

    private static int checksum(long number, ByteBuffer filling) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        crc.update(filling.duplicate());
        return (int) crc.getValue();
    }
}
