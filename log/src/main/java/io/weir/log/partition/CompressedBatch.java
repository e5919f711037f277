package io.weir.log.partition;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Looks through a compressed v2 batch before anybody believes what it says of itself. A megabyte may become gigabytes, and
 * {@link org.apache.kafka.storage.internals.log.LogValidator} makes an object of each record and takes memory for as much as
 * a record says that it has: so it is asked only of batches of which it is known that neither can do harm, and, as of
 * {@link PlainBatch}, only where it might object or change something. One use, one thread.
 */
final class CompressedBatch {
    /** What a batch may become. Producers that are told so cut theirs into smaller ones. */
    static final long MAX_BYTES = 64L << 20;
    /** What it may become on the heap, where it is not taken as it is: each network thread may have one there. */
    static final long MAX_HEAP_BYTES = 32L << 20;
    /** What a record takes there besides its bytes. */
    static final int OBJECT_BYTES = 160;
    /** Where a topic allows larger batches, both are this multiple of what it allows. */
    static final int MAX_FACTOR = 4;

    private static final int PIECE_BYTES = 16 * 1024;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int BASE_SEQUENCE = 53;
    private static final int COUNT = 57;
    private static final int RECORDS = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;

    private static final int CODEC_MASK = 0x07;
    /** All that such a batch may have besides its codec. */
    private static final int TRANSACTIONAL = 0x10;

    private final ByteBuffer bytes;
    private final CompressionType codec;
    private final TopicPartition partition;
    private final LogConfig config;

    /** @param bytes from position 0 to the limit one whole batch, whose checksum is right */
    CompressedBatch(ByteBuffer bytes, TopicPartition partition, LogConfig config) {
        this.bytes = bytes;
        this.codec = CompressionType.forId(bytes.getShort(ATTRIBUTES) & CODEC_MASK);
        this.partition = partition;
        this.config = config;
    }

    /**
     * Whether the batch may be taken as it is, without asking the validator.
     *
     * @throws RecordTooLargeException when it becomes more than may be
     * @throws InvalidRecordException when its records are none
     * @throws CorruptRecordException when it cannot be decompressed
     */
    boolean isAcceptable(BufferSupplier buffers, long nowMs) {
        int count = bytes.getInt(COUNT);
        RecordWalk walk = walk(count, buffers);
        if (keepsCodec() && !walk.ordered()) {
            // The validator would try to write them anew, and fail, for it has passed over their contents.
            throw new InvalidRecordException(
                    "The offsets of the compressed batch in the append to " + partition + " are not in order");
        }
        boolean acceptable = isHeaderPlain(count)
                && keepsCodec()
                && config.messageTimestampType == TimestampType.CREATE_TIME
                && areRecordsPlain(walk, nowMs);
        long heapBytes = walk.bytes() + (long) count * OBJECT_BYTES;
        if (!acceptable && heapBytes > allowed(MAX_HEAP_BYTES)) {
            throw new RecordTooLargeException("The record batch in the append to " + partition + " has " + count
                    + " records of " + walk.bytes() + " bytes in all, which is too much to write them anew");
        }
        return acceptable;
    }

    private RecordWalk walk(int count, BufferSupplier buffers) {
        long maxBytes = allowed(MAX_BYTES);
        ByteBuffer piece = buffers.get(PIECE_BYTES);
        RecordWalk walk;
        boolean sound;
        try (InputStream stream = Compression.of(codec)
                .build()
                .wrapForInput(bytes.slice(RECORDS, bytes.limit() - RECORDS), RecordBatch.MAGIC_VALUE_V2, buffers)) {
            walk = new RecordWalk(stream, piece, maxBytes);
            sound = walk.isSound(count, bytes.getLong(BASE_TIMESTAMP));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            throw undecipherable(e); // Snappy's library has Errors of its own
        } finally {
            buffers.release(piece);
        }
        if (walk.tooMuch()) {
            throw new RecordTooLargeException("The record batch in the append to " + partition + " becomes more than "
                    + maxBytes + " bytes when it is decompressed");
        }
        if (!sound) {
            throw new InvalidRecordException("The compressed batch in the append to " + partition + " does not have "
                    + count + " whole records and nothing else");
        }
        return walk;
    }

    private long allowed(long bytes) {
        return Math.max(bytes, (long) MAX_FACTOR * config.maxMessageSize());
    }

    private CorruptRecordException undecipherable(Throwable cause) {
        return new CorruptRecordException(
                "The record batch in the append to " + partition + " is no " + codec.name + ": " + cause.getMessage(),
                cause);
    }

    private boolean isHeaderPlain(int count) {
        return (bytes.getShort(ATTRIBUTES) & ~(TRANSACTIONAL | CODEC_MASK)) == 0
                && count > 0
                && bytes.getInt(LAST_OFFSET_DELTA) == count - 1
                && (bytes.getLong(PRODUCER_ID) < 0 || bytes.getInt(BASE_SEQUENCE) >= 0);
    }

    private boolean keepsCodec() {
        return config.compression.isEmpty() || config.compression.get().type() == codec;
    }

    private boolean areRecordsPlain(RecordWalk walk, long nowMs) {
        return !(config.compact && walk.keyless())
                && walk.minTimestamp() >= 0
                && nowMs - walk.minTimestamp() <= config.messageTimestampBeforeMaxMs
                && walk.maxTimestamp() - nowMs <= config.messageTimestampAfterMaxMs
                && walk.maxTimestamp() == bytes.getLong(MAX_TIMESTAMP);
    }
}
