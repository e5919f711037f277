package io.weir.log.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's next owner must know besides its records, as it was behind a segment's last record.
 *
 * @param epochs leader epochs that the partition has records of, ascending
 * @param producers that are remembered
 */
public record SegmentState(List<EpochEntry> epochs, List<ProducerSnapshotEntry> producers) {
    private static final int EPOCH_BYTES = 12;

    /** Takes copies. */
    public SegmentState {
        epochs = List.copyOf(epochs);
        producers = List.copyOf(producers);
    }

    ByteBuffer encode() {
        ByteBuffer last = ProducerSnapshots.encode(producers);
        ByteBuffer bytes = ByteBuffer.allocate(
                Math.toIntExact(Integer.BYTES + (long) epochs.size() * EPOCH_BYTES + last.remaining()));
        bytes.putInt(epochs.size());
        epochs.forEach(epoch -> bytes.putInt(epoch.epoch()).putLong(epoch.startOffset()));
        return bytes.put(last).flip();
    }

    /** Reads what has the right checksum; null when what it says cannot be. */
    static @Nullable SegmentState decode(ByteBuffer bytes) {
        if (bytes.remaining() < Integer.BYTES) {
            return null;
        }
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / EPOCH_BYTES) {
            return null;
        }
        List<EpochEntry> epochs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            epochs.add(new EpochEntry(bytes.getInt(), bytes.getLong()));
        }
        List<ProducerSnapshotEntry> producers = ProducerSnapshots.decode(bytes);
        return producers == null ? null : new SegmentState(epochs, producers);
    }
}
