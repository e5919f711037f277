package io.weir.broker.records;

import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.Records;

/**
 * Fields of a batch of format v2 at an absolute position of a big-endian buffer. Callers make sure that
 * {@link #isWhole} holds first. Pure.
 */
public final class BatchHeader {
    private static final int LEADER_EPOCH = Records.LOG_OVERHEAD;
    private static final int MAGIC = LEADER_EPOCH + Integer.BYTES;
    private static final int CRC = MAGIC + Byte.BYTES;
    private static final int ATTRIBUTES = CRC + Integer.BYTES;
    private static final int COMPRESSION_MASK = 0x07;
    private static final int TRANSACTIONAL_MASK = 0x10;

    private BatchHeader() {}

    /** Whether the bytes from {@code position} to the limit begin with one whole v2 batch. */
    public static boolean isWhole(ByteBuffer buffer, int position) {
        int available = buffer.limit() - position;
        if (available < DefaultRecordBatch.RECORD_BATCH_OVERHEAD
                || buffer.get(position + MAGIC) != RecordBatch.MAGIC_VALUE_V2) {
            return false;
        }
        int sizeAfterOverhead = buffer.getInt(position + Records.SIZE_OFFSET);
        return sizeAfterOverhead >= DefaultRecordBatch.RECORD_BATCH_OVERHEAD - Records.LOG_OVERHEAD
                && sizeAfterOverhead <= available - Records.LOG_OVERHEAD;
    }

    /** Bytes of the whole batch, this header included. */
    public static int sizeBytes(ByteBuffer buffer, int position) {
        return buffer.getInt(position + Records.SIZE_OFFSET) + Records.LOG_OVERHEAD;
    }

    /** The offset behind the batch's last record. */
    public static long nextOffset(ByteBuffer buffer, int position) {
        return buffer.getLong(position + Records.OFFSET_OFFSET)
                + buffer.getInt(position + DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET)
                + 1;
    }

    /** Records in the batch. */
    public static int recordCount(ByteBuffer buffer, int position) {
        return buffer.getInt(position + DefaultRecordBatch.RECORDS_COUNT_OFFSET);
    }

    /** Whether the batch belongs to a transaction. */
    public static boolean isTransactional(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & TRANSACTIONAL_MASK) != 0;
    }

    /** Whether its records are compressed with ZStandard. */
    public static boolean isZstd(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & COMPRESSION_MASK) == CompressionType.ZSTD.id;
    }

    /** Whether its records are compressed with Snappy. */
    public static boolean isSnappy(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & COMPRESSION_MASK) == CompressionType.SNAPPY.id;
    }

    private static short attributes(ByteBuffer buffer, int position) {
        return buffer.getShort(position + ATTRIBUTES);
    }
}
