package io.weir.log.partition;

import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** Look-ups over leased batches. Each takes the leases over and releases them. */
final class Batches {
    private Batches() {}

    /** The offset behind the last batch; the lease stays with the caller. */
    static long nextOffset(LeasedRecords records) {
        long next = -1;
        for (ByteBuffer buffer : records.buffers()) {
            for (MutableRecordBatch batch :
                    MemoryRecords.readableRecords(buffer.duplicate()).batches()) {
                next = batch.nextOffset();
            }
        }
        return next;
    }

    /** The first record at {@code from} or later with a timestamp of at least {@code timestampMs}. */
    static Optional<TimestampAndOffset> firstAt(List<LeasedRecords> leases, long timestampMs, long from, long end) {
        try {
            for (LeasedRecords lease : leases) {
                for (Record record : lease.copy().records()) {
                    if (record.timestamp() >= timestampMs && record.offset() >= from && record.offset() < end) {
                        return Optional.of(new TimestampAndOffset(record.timestamp(), record.offset(), epoch(lease)));
                    }
                }
            }
            return Optional.empty();
        } finally {
            leases.forEach(LeasedRecords::release);
        }
    }

    /** The first of the records with the largest timestamp. */
    static Optional<TimestampAndOffset> largest(List<LeasedRecords> leases, long end) {
        try {
            Optional<TimestampAndOffset> best = Optional.empty();
            for (LeasedRecords lease : leases) {
                MutableRecordBatch batch = first(lease);
                if (best.isEmpty() || batch.maxTimestamp() > best.get().timestamp) {
                    Optional<Long> offset = batch.offsetOfMaxTimestamp();
                    if (offset.isPresent() && offset.get() < end) {
                        best = Optional.of(new TimestampAndOffset(batch.maxTimestamp(), offset.get(), epoch(lease)));
                    }
                }
            }
            return best;
        } finally {
            leases.forEach(LeasedRecords::release);
        }
    }

    /** Whichever has the larger timestamp; the first when they are equal. */
    static Optional<TimestampAndOffset> later(Optional<TimestampAndOffset> one, Optional<TimestampAndOffset> two) {
        if (one.isEmpty() || two.isEmpty()) {
            return one.isEmpty() ? two : one;
        }
        return two.get().timestamp > one.get().timestamp ? two : one;
    }

    private static MutableRecordBatch first(LeasedRecords lease) {
        return MemoryRecords.readableRecords(lease.buffers().getFirst().duplicate())
                .batches()
                .iterator()
                .next();
    }

    private static Optional<Integer> epoch(LeasedRecords lease) {
        int epoch = first(lease).partitionLeaderEpoch();
        return epoch >= 0 ? Optional.of(epoch) : Optional.empty();
    }
}
