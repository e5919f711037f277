package io.weir.log.segment;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;

/**
 * What the partition knew of one producer at the end of the segment: all that Kafka's {@link ProducerStateEntry}
 * holds.
 *
 * @param batches the last ones, oldest first, at most {@link ProducerStateEntry#NUM_BATCHES_TO_RETAIN}
 */
public record ProducerSnapshotEntry(
        long producerId,
        short producerEpoch,
        int coordinatorEpoch,
        long lastTimestampMs,
        OptionalLong currentTxnFirstOffset,
        List<BatchMetadata> batches) {
    /** Checks the number of batches. */
    public ProducerSnapshotEntry {
        batches = List.copyOf(batches);
        if (batches.size() > ProducerStateEntry.NUM_BATCHES_TO_RETAIN) {
            throw new IllegalArgumentException("Producer " + producerId + " with " + batches.size() + " batches");
        }
        if (currentTxnFirstOffset.isPresent() && currentTxnFirstOffset.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "Producer " + producerId + " with a transaction at " + currentTxnFirstOffset.getAsLong());
        }
    }

    /** From Kafka's entry and its batches, which are a copy of {@link ProducerStateEntry#batchMetadata} or that. */
    public static ProducerSnapshotEntry of(ProducerStateEntry entry, Collection<BatchMetadata> batches) {
        return new ProducerSnapshotEntry(
                entry.producerId(),
                entry.producerEpoch(),
                entry.coordinatorEpoch(),
                entry.lastTimestamp(),
                entry.currentTxnFirstOffset(),
                List.copyOf(batches));
    }

    /** Kafka's entry without its batches, which only Kafka's own classes can add. */
    public ProducerStateEntry entryWithoutBatches() {
        return new ProducerStateEntry(
                producerId, producerEpoch, coordinatorEpoch, lastTimestampMs, currentTxnFirstOffset);
    }
}
