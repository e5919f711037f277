package io.weir.log.segment;

import io.weir.common.error.WeirException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;

/** Finds single records by their timestamps in a few batches, as Kafka defines it. Pure. */
final class TimestampSearch {
    private TimestampSearch() {}

    /** One search. */
    interface Step {
        Optional<TimestampAndOffset> in(MemoryRecords records);
    }

    /** Runs a search; what Kafka's classes make of records that cannot be read becomes {@code corrupt}. */
    static Optional<TimestampAndOffset> run(ByteBuffer bytes, Step step, Function<Exception, WeirException> corrupt) {
        try {
            return step.in(MemoryRecords.readableRecords(bytes));
        } catch (KafkaException | IllegalArgumentException e) {
            throw corrupt.apply(e);
        }
    }

    /** The first record at or after {@code fromOffset} with at least that timestamp. */
    static Optional<TimestampAndOffset> first(MemoryRecords records, long timestampMs, long fromOffset) {
        for (MutableRecordBatch batch : records.batches()) {
            if (batch.lastOffset() < fromOffset || batch.maxTimestamp() < timestampMs) {
                continue;
            }
            try (CloseableIterator<Record> each = batch.skipKeyValueIterator(BufferSupplier.NO_CACHING)) {
                while (each.hasNext()) {
                    Record record = each.next();
                    if (record.timestamp() >= timestampMs && record.offset() >= fromOffset) {
                        return Optional.of(result(record, batch));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The first of the records at or after {@code fromOffset} with the largest timestamp; empty when none has one. */
    static Optional<TimestampAndOffset> largest(MemoryRecords records, long fromOffset) {
        Optional<TimestampAndOffset> best = Optional.empty();
        for (MutableRecordBatch batch : records.batches()) {
            long known = best.isPresent() ? best.get().timestamp : RecordBatch.NO_TIMESTAMP;
            if (batch.lastOffset() >= fromOffset && batch.maxTimestamp() > known) {
                Optional<TimestampAndOffset> found = largestIn(batch, fromOffset, known);
                best = found.isPresent() ? found : best;
            }
        }
        return best;
    }

    private static Optional<TimestampAndOffset> largestIn(MutableRecordBatch batch, long fromOffset, long above) {
        Optional<TimestampAndOffset> best = Optional.empty();
        long known = above;
        try (CloseableIterator<Record> each = batch.skipKeyValueIterator(BufferSupplier.NO_CACHING)) {
            while (each.hasNext()) {
                Record record = each.next();
                if (record.offset() >= fromOffset && record.timestamp() > known) {
                    known = record.timestamp();
                    best = Optional.of(result(record, batch));
                }
            }
        }
        return best;
    }

    private static TimestampAndOffset result(Record record, RecordBatch batch) {
        Optional<Integer> epoch = batch.partitionLeaderEpoch() == RecordBatch.NO_PARTITION_LEADER_EPOCH
                ? Optional.empty()
                : Optional.of(batch.partitionLeaderEpoch());
        return new TimestampAndOffset(record.timestamp(), record.offset(), epoch);
    }
}
