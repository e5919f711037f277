package io.weir.broker.produce;

import io.weir.broker.records.BatchHeader;
import io.weir.broker.records.SnappyLengths;
import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;

/** What a produce request may carry, seen from the batch's header; the log checks the rest. Pure. */
final class ProduceCheck {
    /** From this version on records may be compressed with ZStandard (KIP-110). */
    private static final short ZSTD_VERSION = 7;

    private ProduceCheck() {}

    /**
     * The records, when they may be appended.
     *
     * @throws ApiException for what Kafka refuses, and for transactional batches
     */
    static MemoryRecords check(BaseRecords given, short version) {
        if (!(given instanceof MemoryRecords records)) {
            throw new InvalidRecordException(
                    "Produce requests must have one record batch per partition, this has none");
        }
        ByteBuffer buffer = records.buffer();
        boolean exact = BatchHeader.isWhole(buffer, 0) && BatchHeader.sizeBytes(buffer, 0) == buffer.limit();
        if (!exact || (version < ZSTD_VERSION && BatchHeader.isZstd(buffer, 0))) {
            // Kafka's own check finds the words for what is wrong.
            ProduceRequest.validateRecords(version, records);
        }
        if (BatchHeader.isTransactional(buffer, 0)) {
            throw new InvalidTxnStateException("Transactions are not available on this server:"
                    + " produce without transactional.id (enable.idempotence works)");
        }
        int payload = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
        if (BatchHeader.isSnappy(buffer, 0)
                && !SnappyLengths.arePossible(buffer.duplicate().limit(BatchHeader.sizeBytes(buffer, 0)), payload)) {
            throw new CorruptRecordException(
                    "The batch's records are no Snappy: they say of themselves that they become"
                            + " more bytes than they can");
        }
        return exact ? records : withoutTrailingPiece(buffer);
    }

    /** Kafka takes one batch with a piece of another behind it, and drops the piece. */
    private static MemoryRecords withoutTrailingPiece(ByteBuffer buffer) {
        return MemoryRecords.readableRecords(buffer.slice(0, BatchHeader.sizeBytes(buffer, 0)));
    }
}
