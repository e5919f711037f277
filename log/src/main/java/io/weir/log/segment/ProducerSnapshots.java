package io.weir.log.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.jspecify.annotations.Nullable;

/** The producers' part of a segment; docs/formats/segment.md has the bytes. */
final class ProducerSnapshots {
    private static final int ENTRY_BYTES = 31;
    private static final int BATCH_BYTES = 24;
    private static final long NO_TRANSACTION = -1;

    private ProducerSnapshots() {}

    static ByteBuffer encode(List<ProducerSnapshotEntry> producers) {
        long size = Integer.BYTES;
        for (ProducerSnapshotEntry producer : producers) {
            size += ENTRY_BYTES + (long) producer.batches().size() * BATCH_BYTES;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        bytes.putInt(producers.size());
        for (ProducerSnapshotEntry producer : producers) {
            bytes.putLong(producer.producerId())
                    .putShort(producer.producerEpoch())
                    .putInt(producer.coordinatorEpoch())
                    .putLong(producer.lastTimestampMs())
                    .putLong(producer.currentTxnFirstOffset().orElse(NO_TRANSACTION))
                    .put((byte) producer.batches().size());
            for (BatchMetadata batch : producer.batches()) {
                bytes.putInt(batch.lastSeq())
                        .putLong(batch.lastOffset())
                        .putInt(batch.offsetDelta())
                        .putLong(batch.timestamp());
            }
        }
        return bytes.flip();
    }

    /** Reads what has the right checksum; null when what it says cannot be. */
    static @Nullable List<ProducerSnapshotEntry> decode(ByteBuffer bytes) {
        if (bytes.remaining() < Integer.BYTES) {
            return null;
        }
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / ENTRY_BYTES) {
            return null;
        }
        List<ProducerSnapshotEntry> producers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ProducerSnapshotEntry producer = decodeOne(bytes);
            if (producer == null) {
                return null;
            }
            producers.add(producer);
        }
        return bytes.hasRemaining() ? null : producers;
    }

    private static @Nullable ProducerSnapshotEntry decodeOne(ByteBuffer bytes) {
        if (bytes.remaining() < ENTRY_BYTES) {
            return null;
        }
        long producerId = bytes.getLong();
        short producerEpoch = bytes.getShort();
        int coordinatorEpoch = bytes.getInt();
        long lastTimestampMs = bytes.getLong();
        long transaction = bytes.getLong();
        int batchCount = bytes.get();
        if (batchCount < 0
                || batchCount > ProducerStateEntry.NUM_BATCHES_TO_RETAIN
                || bytes.remaining() < batchCount * BATCH_BYTES) {
            return null;
        }
        List<BatchMetadata> batches = new ArrayList<>(batchCount);
        for (int i = 0; i < batchCount; i++) {
            batches.add(new BatchMetadata(bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.getLong()));
        }
        return new ProducerSnapshotEntry(
                producerId,
                producerEpoch,
                coordinatorEpoch,
                lastTimestampMs,
                transaction < 0 ? OptionalLong.empty() : OptionalLong.of(transaction),
                batches);
    }
}
