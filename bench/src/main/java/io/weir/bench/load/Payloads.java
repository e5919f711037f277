package io.weir.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Values of records: text that compresses about as well as JSON of an application does. The same in every run. Any thread.
 */
public final class Payloads {
    private static final int VARIANTS = 1000;
    private static final String[] WORDS = {
        "\"order\":",
        "\"customer\":",
        "\"amount\":",
        "\"status\":\"paid\",",
        "\"status\":\"open\",",
        "\"items\":[",
        "],",
        "\"warehouse\":",
        "\"created\":",
        "true,",
        "false,"
    };

    private final byte[][] values = new byte[VARIANTS][];

    /** @param size of each, in bytes; at least 16 */
    public Payloads(int size) {
        SplittableRandom random = new SplittableRandom(size);
        for (int variant = 0; variant < VARIANTS; variant++) {
            StringBuilder text = new StringBuilder(size + 32);
            while (text.length() < size) {
                text.append(WORDS[random.nextInt(WORDS.length)])
                        .append(random.nextLong(1_000_000_000_000L))
                        .append(',');
            }
            values[variant] = text.substring(0, size).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** The value of record {@code number}; it may come again, and nobody may change it. */
    public byte[] of(long number) {
        return values[(int) (number % VARIANTS)];
    }

    /** One of its own, which begins with a time. */
    public byte[] stamped(long number, long nanos) {
        byte[] value = of(number).clone();
        ByteBuffer.wrap(value).putLong(nanos);
        return value;
    }

    /** The time that {@link #stamped} put there. */
    public static long stamp(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
