package io.weir.log.partition;

import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Crc32C;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Recognises what most producers send and the log may take as it is: one sound v2 batch, not compressed, with the
 * producer's own timestamps. It says yes only where {@link org.apache.kafka.storage.internals.log.LogValidator} would
 * accept the batch and change nothing in it, and finds that out without making an object a record; whoever hears no
 * asks the validator, which also has the words for what is wrong. One use, one thread.
 */
final class PlainBatch {
    private static final int BASE_OFFSET = 0;
    private static final int LENGTH = 8;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int BASE_SEQUENCE = 53;
    private static final int COUNT = 57;
    private static final int RECORDS = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;

    /** All that such a batch may have: no codec, no timestamp of the log's, no control records, no delete horizon. */
    private static final short TRANSACTIONAL = 0x10;

    private final ByteBuffer bytes;
    private final int start;
    private final int end;

    private PlainBatch(ByteBuffer bytes) {
        this.bytes = bytes;
        this.start = bytes.position();
        this.end = bytes.limit();
    }

    /** Whether the bytes from position to limit are such a batch and the topic takes it; nothing is changed. */
    static boolean isAcceptable(ByteBuffer bytes, LogConfig config, long nowMs) {
        int size = bytes.remaining();
        return size > RECORDS
                && size <= config.maxMessageSize()
                && size <= config.segmentSize()
                && config.messageTimestampType == TimestampType.CREATE_TIME
                && keepsCodec(config)
                && new PlainBatch(bytes).isSound(config, nowMs);
    }

    private static boolean keepsCodec(LogConfig config) {
        if (config.compression.isEmpty()) {
            return true;
        }
        Compression wanted = config.compression.get();
        return wanted.type() == CompressionType.NONE;
    }

    private boolean isSound(LogConfig config, long nowMs) {
        return isHeaderSound()
                && Crc32C.compute(bytes, ATTRIBUTES, end - start - ATTRIBUTES)
                        == Integer.toUnsignedLong(bytes.getInt(start + CRC))
                && areRecordsSound(config, nowMs);
    }

    private boolean isHeaderSound() {
        int count = bytes.getInt(start + COUNT);
        return bytes.get(start + MAGIC) == RecordBatch.MAGIC_VALUE_V2
                && bytes.getInt(start + LENGTH) == end - start - (LENGTH + Integer.BYTES)
                && bytes.getLong(start + BASE_OFFSET) == 0
                && (bytes.getShort(start + ATTRIBUTES) & ~TRANSACTIONAL) == 0
                && count > 0
                && bytes.getInt(start + LAST_OFFSET_DELTA) == count - 1
                && (bytes.getLong(start + PRODUCER_ID) <= RecordBatch.NO_PRODUCER_ID
                        || bytes.getInt(start + BASE_SEQUENCE) >= 0);
    }

    private boolean areRecordsSound(LogConfig config, long nowMs) {
        RecordWalk walk = new RecordWalk(bytes, start + RECORDS);
        // Of timestamps that are not there the validator has more to say.
        return walk.isSound(bytes.getInt(start + COUNT), bytes.getLong(start + BASE_TIMESTAMP))
                && !(config.compact && walk.keyless())
                && walk.minTimestamp() >= 0
                && nowMs - walk.minTimestamp() <= config.messageTimestampBeforeMaxMs
                && walk.maxTimestamp() - nowMs <= config.messageTimestampAfterMaxMs
                && walk.maxTimestamp() == bytes.getLong(start + MAX_TIMESTAMP);
    }
}
