package io.weir.log.partition;

import io.netty.util.ReferenceCounted;
import io.weir.log.Partition.AppendListener;
import io.weir.log.tail.TailCache;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Records that have passed validation, with all that is needed to append them now or later.
 *
 * @param owner keeps the bytes alive; null when they are on the heap
 * @param chargeBytes what they take of the tail cache
 */
record Draft(
        BatchValidator.Valid valid,
        @Nullable ReferenceCounted owner,
        AppendOrigin origin,
        short transactionVersion,
        AppendListener listener,
        long chargeBytes) {
    static Draft of(
            BatchValidator.Valid valid,
            @Nullable ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener) {
        long charge = 0;
        for (MutableRecordBatch batch : valid.batches()) {
            charge += TailCache.charge(batch.sizeInBytes());
        }
        return new Draft(valid, owner, origin, transactionVersion, listener, charge);
    }
}
