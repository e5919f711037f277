package io.weir.compat.crash;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The bytes of the n-th record that a writer sends to a partition. They can be told from every other record's, and are
 * made again from their number to see whether a single bit of them has changed.
 */
final class Payload {
    private static final int HEADER_BYTES = 12;
    private static final int FILL_BYTES = 400;

    private Payload() {}

    /** Returns the record's bytes. */
    static byte[] of(int writer, int partition, int number) {
        long seed = ((long) writer << 48) ^ ((long) partition << 32) ^ number;
        SplittableRandom random = new SplittableRandom(seed);
        byte[] fill = new byte[random.nextInt(FILL_BYTES)];
        random.nextBytes(fill);
        return ByteBuffer.allocate(HEADER_BYTES + fill.length)
                .putInt(writer)
                .putInt(partition)
                .putInt(number)
                .put(fill)
                .array();
    }

    /** Returns which record these bytes are; {@link Item#DAMAGED} if they are none that a writer made for this partition. */
    static Item read(int partition, byte[] bytes) {
        if (bytes == null || bytes.length < HEADER_BYTES) {
            return Item.DAMAGED;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Item item = new Item(buffer.getInt(0), buffer.getInt(8));
        return Arrays.equals(bytes, of(item.writer(), partition, item.number())) ? item : Item.DAMAGED;
    }
}
