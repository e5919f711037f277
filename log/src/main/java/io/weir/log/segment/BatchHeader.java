package io.weir.log.segment;

import java.nio.ByteBuffer;

/** Fields of a v2 batch's header, read in place at a position of a big-endian buffer. */
public final class BatchHeader {
    static final int SIZE_BYTES = 61;
    static final byte MAGIC = 2;

    private static final int LENGTH_AT = 8;
    private static final int LEADER_EPOCH_AT = 12;
    private static final int MAGIC_AT = 16;
    private static final int ATTRIBUTES_AT = 21;
    private static final int LAST_OFFSET_DELTA_AT = 23;
    private static final int BASE_TIMESTAMP_AT = 27;
    private static final int MAX_TIMESTAMP_AT = 35;
    private static final int RECORD_COUNT_AT = 57;
    private static final int LOG_OVERHEAD_BYTES = 12;
    private static final int DELETE_HORIZON_FLAG = 0x40;

    private BatchHeader() {}

    /**
     * The size of the batch at {@code at}, checked against {@code limit}: -1 when there is no whole v2 batch.
     */
    public static int size(ByteBuffer buffer, int at, int limit) {
        if (limit - at < SIZE_BYTES || buffer.get(at + MAGIC_AT) != MAGIC) {
            return -1;
        }
        int length = buffer.getInt(at + LENGTH_AT);
        if (length < SIZE_BYTES - LOG_OVERHEAD_BYTES || length > limit - at - LOG_OVERHEAD_BYTES) {
            return -1;
        }
        return length + LOG_OVERHEAD_BYTES;
    }

    public static long baseOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at);
    }

    public static long lastOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at) + buffer.getInt(at + LAST_OFFSET_DELTA_AT);
    }

    static int leaderEpoch(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LEADER_EPOCH_AT);
    }

    public static long maxTimestamp(ByteBuffer buffer, int at) {
        return buffer.getLong(at + MAX_TIMESTAMP_AT);
    }

    /** The first record's timestamp; compaction may have put its delete horizon there, then the largest one. */
    static long firstTimestamp(ByteBuffer buffer, int at) {
        boolean horizon = (buffer.getShort(at + ATTRIBUTES_AT) & DELETE_HORIZON_FLAG) != 0;
        return buffer.getLong(at + (horizon ? MAX_TIMESTAMP_AT : BASE_TIMESTAMP_AT));
    }

    static int recordCount(ByteBuffer buffer, int at) {
        return buffer.getInt(at + RECORD_COUNT_AT);
    }
}
