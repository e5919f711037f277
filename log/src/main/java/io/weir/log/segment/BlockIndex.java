package io.weir.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a segment: runs of whole batches, each with its last offset, its end, its checksum and its largest
 * timestamp. Offset index, time index and checksums in one, 20 bytes a block. Immutable.
 */
final class BlockIndex {
    static final int ENTRY_BYTES = 20;

    private final long baseOffset;
    private final int[] lastOffsetDeltas;
    private final int[] ends;
    private final int[] checksums;
    private final long[] maxTimestamps;

    private BlockIndex(long baseOffset, int[] lastOffsetDeltas, int[] ends, int[] checksums, long[] maxTimestamps) {
        this.baseOffset = baseOffset;
        this.lastOffsetDeltas = lastOffsetDeltas;
        this.ends = ends;
        this.checksums = checksums;
        this.maxTimestamps = maxTimestamps;
    }

    int count() {
        return ends.length;
    }

    /** Position of the block's first byte in the segment. */
    int start(int block) {
        return block == 0 ? 0 : ends[block - 1];
    }

    /** Position behind the block's last byte. */
    int end(int block) {
        return ends[block];
    }

    long lastOffset(int block) {
        return baseOffset + lastOffsetDeltas[block];
    }

    int checksum(int block) {
        return checksums[block];
    }

    long maxTimestamp(int block) {
        return maxTimestamps[block];
    }

    /** The first block that has an offset at or beyond {@code offset}; {@link #count} when none has. */
    int blockOf(long offset) {
        long delta = offset - baseOffset;
        if (delta <= 0) {
            return 0;
        }
        if (delta > Integer.MAX_VALUE) {
            return count();
        }
        int found = Arrays.binarySearch(lastOffsetDeltas, (int) delta);
        return found >= 0 ? found : -found - 1;
    }

    /** The first block that ends at or behind {@code position}, or the last block. */
    int blockEndingAt(long position) {
        int found = position > Integer.MAX_VALUE ? -count() - 1 : Arrays.binarySearch(ends, (int) position);
        return Math.min(found >= 0 ? found : -found - 1, count() - 1);
    }

    /** The first block that starts at or behind {@code position}; {@link #count} when none does. */
    int blockStartingFrom(long position) {
        if (position <= 0) {
            return 0;
        }
        if (position > Integer.MAX_VALUE) {
            return count();
        }
        int found = Arrays.binarySearch(ends, (int) position);
        return Math.min((found >= 0 ? found : -found - 1) + 1, count());
    }

    void write(ByteBuffer target) {
        for (int delta : lastOffsetDeltas) {
            target.putInt(delta);
        }
        for (int end : ends) {
            target.putInt(end);
        }
        for (int checksum : checksums) {
            target.putInt(checksum);
        }
        for (long timestamp : maxTimestamps) {
            target.putLong(timestamp);
        }
    }

    /**
     * Reads {@code count} entries, which {@code source} has, of a segment with {@code dataBytes} of batches.
     *
     * @return null when they contradict each other or the segment
     */
    static @Nullable BlockIndex read(ByteBuffer source, int count, long baseOffset, long nextOffset, int dataBytes) {
        int[] deltas = readInts(source, count);
        int[] ends = readInts(source, count);
        int[] checksums = readInts(source, count);
        long[] timestamps = new long[count];
        source.asLongBuffer().get(timestamps);
        source.position(source.position() + count * Long.BYTES);
        int lastDelta = -1;
        int lastEnd = 0;
        for (int i = 0; i < count; i++) {
            if (deltas[i] <= lastDelta || ends[i] <= lastEnd) {
                return null;
            }
            lastDelta = deltas[i];
            lastEnd = ends[i];
        }
        if (lastEnd != dataBytes || baseOffset + lastDelta >= nextOffset) {
            return null;
        }
        return new BlockIndex(baseOffset, deltas, ends, checksums, timestamps);
    }

    private static int[] readInts(ByteBuffer source, int count) {
        int[] ints = new int[count];
        source.asIntBuffer().get(ints);
        source.position(source.position() + count * Integer.BYTES);
        return ints;
    }

    /** Collects blocks in order. */
    static final class Builder {
        private static final int FIRST_CAPACITY = 16;

        private final long baseOffset;
        private int count;
        private int[] lastOffsetDeltas = new int[FIRST_CAPACITY];
        private int[] ends = new int[FIRST_CAPACITY];
        private int[] checksums = new int[FIRST_CAPACITY];
        private long[] maxTimestamps = new long[FIRST_CAPACITY];

        Builder(long baseOffset) {
            this.baseOffset = baseOffset;
        }

        void add(long lastOffset, int end, int checksum, long maxTimestamp) {
            if (count == ends.length) {
                lastOffsetDeltas = Arrays.copyOf(lastOffsetDeltas, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
                checksums = Arrays.copyOf(checksums, 2 * count);
                maxTimestamps = Arrays.copyOf(maxTimestamps, 2 * count);
            }
            lastOffsetDeltas[count] = Math.toIntExact(lastOffset - baseOffset);
            ends[count] = end;
            checksums[count] = checksum;
            maxTimestamps[count] = maxTimestamp;
            count++;
        }

        BlockIndex build() {
            return new BlockIndex(
                    baseOffset,
                    Arrays.copyOf(lastOffsetDeltas, count),
                    Arrays.copyOf(ends, count),
                    Arrays.copyOf(checksums, count),
                    Arrays.copyOf(maxTimestamps, count));
        }
    }
}
