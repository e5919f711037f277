package io.weir.proxy.produce;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * One partition's records of a request that was taken apart: on their way to an owner or waiting for one. The fields
 * that change are guarded by the lane.
 */
final class Held {
    private static final int BASE_OFFSET_POSITION = 0;

    private final PartedProduce request;
    private final int index;
    private final Lane lane;
    private final long order;

    /** The epoch of the owner that it was last sent to. */
    int epoch = RecordBatch.NO_PARTITION_LEADER_EPOCH;
    /** Sent alone, to find out whether the owner takes records. */
    boolean probe;
    /** Whether it stands in its lane's queue. */
    boolean queued;
    /** Why it waits. */
    Errors why = Errors.NOT_LEADER_OR_FOLLOWER;

    /**
     * @param index its place in the request
     * @param order requests of one connection have rising numbers
     */
    Held(PartedProduce request, int index, Lane lane, long order) {
        this.request = request;
        this.index = index;
        this.lane = lane;
        this.order = order;
    }

    PartedProduce request() {
        return request;
    }

    int index() {
        return index;
    }

    Lane lane() {
        return lane;
    }

    long order() {
        return order;
    }

    ProduceItem item() {
        return request.item(index);
    }

    /** Whether the log would recognize the records if it had them already. */
    boolean isIdempotent() {
        MutableRecordBatch first = firstBatch();
        return first != null && first.hasProducerId();
    }

    /**
     * The records as the client sent them. An owner in this process writes offsets into them, and may still read them
     * for its log though the append has failed: then it is a copy.
     */
    ProduceItem asSent() {
        ProduceItem item = item();
        MutableRecordBatch first = firstBatch();
        if (first == null || first.baseOffset() == 0) {
            return item;
        }
        ByteBuffer from = ((MemoryRecords) item.partition().records()).buffer();
        ByteBuffer copy = ByteBuffer.allocate(from.remaining()).put(from).flip();
        copy.putLong(BASE_OFFSET_POSITION, 0);
        return new ProduceItem(
                item.byId(),
                item.name(),
                item.id(),
                new PartitionProduceData()
                        .setIndex(item.partition().index())
                        .setRecords(MemoryRecords.readableRecords(copy)));
    }

    private @Nullable MutableRecordBatch firstBatch() {
        if (item().partition().records() instanceof MemoryRecords records) {
            var batches = records.batches().iterator();
            if (batches.hasNext()) {
                return batches.next();
            }
        }
        return null;
    }
}
