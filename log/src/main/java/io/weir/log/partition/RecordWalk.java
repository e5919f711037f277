package io.weir.log.partition;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through the records of a v2 batch without making an object of any: whether their lengths fit into each other,
 * and what there is to know of them all. Of a batch that is not compressed it looks at the bytes where they are, of
 * another at what comes out of its stream, a piece at a time and no more than is allowed. One use, one thread.
 */
final class RecordWalk {
    private final ByteBuffer bytes;
    private final @Nullable InputStream source;
    private final long maxBytes;
    private int at;
    private int end;
    /** Of pieces that are behind us. */
    private long passedBytes;

    private boolean broken;
    private boolean tooMuch;
    private boolean ordered = true;
    private boolean keyless;
    private long minTimestamp = Long.MAX_VALUE;
    private long maxTimestamp = RecordBatch.NO_TIMESTAMP;

    /** Through the bytes from {@code at} to the limit. */
    RecordWalk(ByteBuffer bytes, int at) {
        this.bytes = bytes;
        this.source = null;
        this.maxBytes = Long.MAX_VALUE;
        this.at = at;
        this.end = bytes.limit();
    }

    /**
     * Through a stream.
     *
     * @param piece on the heap: what is looked at together
     * @param maxBytes after which it gives up
     */
    RecordWalk(InputStream source, ByteBuffer piece, long maxBytes) {
        this.bytes = piece;
        this.source = source;
        this.maxBytes = maxBytes;
    }

    /**
     * Whether so many sound records are there and nothing else.
     *
     * @throws UncheckedIOException when the stream has no more to give, though it should
     */
    boolean isSound(int count, long baseTimestamp) {
        for (int i = 0; i < count && !broken; i++) {
            int bodyBytes = varint();
            long bodyStart = position();
            skip(1); // attributes, of which there are none yet
            long timestamp = baseTimestamp + varlong();
            ordered &= varint() == i;
            int keyBytes = varint();
            skip(keyBytes);
            skip(varint());
            skipHeaders(varint());
            broken |= position() - bodyStart != bodyBytes;
            keyless |= keyBytes < 0;
            minTimestamp = Math.min(minTimestamp, timestamp);
            maxTimestamp = Math.max(maxTimestamp, timestamp);
        }
        return !broken && at == end && !more();
    }

    /** It ended because there was more than is allowed. */
    boolean tooMuch() {
        return tooMuch;
    }

    /** How many it went through, of a stream. */
    long bytes() {
        return position();
    }

    /** Whether offsets go up one by one. */
    boolean ordered() {
        return ordered;
    }

    /** Whether a record has no key. */
    boolean keyless() {
        return keyless;
    }

    /** The least of all timestamps. */
    long minTimestamp() {
        return minTimestamp;
    }

    /** The greatest of all timestamps. */
    long maxTimestamp() {
        return maxTimestamp;
    }

    private long position() {
        return passedBytes + at;
    }

    /** The next piece; false when there is none. */
    private boolean more() {
        InputStream from = source;
        if (from == null || tooMuch) {
            return false;
        }
        int read;
        try {
            read = from.read(bytes.array(), bytes.arrayOffset(), bytes.capacity());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (read <= 0) {
            return false;
        }
        passedBytes += end;
        at = 0;
        end = read;
        tooMuch = passedBytes + end > maxBytes;
        broken |= tooMuch;
        return !tooMuch;
    }

    private void skipHeaders(int count) {
        if (count < 0) {
            broken = true;
        }
        for (int i = 0; i < count && !broken; i++) {
            int keyBytes = varint();
            if (keyBytes < 0) {
                broken = true;
            }
            skip(keyBytes);
            skip(varint());
        }
    }

    /** Passes so many bytes; a negative number stands for no value. */
    private void skip(int count) {
        int left = count;
        while (left > end - at) {
            left -= end - at;
            at = end;
            if (!more()) {
                broken = true;
                return;
            }
        }
        if (left > 0) {
            at += left;
        }
    }

    private int varint() {
        long value = zigZag(5);
        if (value != (int) value) {
            broken = true;
        }
        return (int) value;
    }

    private long varlong() {
        return zigZag(10);
    }

    private long zigZag(int maxBytes) {
        long raw = 0;
        for (int i = 0; i < maxBytes && (at < end || more()); i++) {
            byte next = bytes.get(at++);
            raw |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        broken = true;
        return 0;
    }
}
