package io.weir.log.partition;

import io.weir.log.Partition.EpochEnd;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.storage.internals.log.EpochEntry;

/** Which leader epoch began at which offset (KIP-101). Guarded by the partition's monitor. */
final class LeaderEpochs {
    private final TreeMap<Integer, Long> starts = new TreeMap<>();

    /** A batch of {@code epoch} is at {@code offset}. */
    void saw(int epoch, long offset) {
        if (epoch >= 0 && (starts.isEmpty() || epoch > starts.lastKey())) {
            starts.put(epoch, offset);
        }
    }

    /** The last epoch that has records, or {@code otherwise}. */
    int latest(int otherwise) {
        return starts.isEmpty() ? otherwise : starts.lastKey();
    }

    /** The epoch of the record at {@code offset}, or {@code otherwise} when there is none before it. */
    int at(long offset, int otherwise) {
        int epoch = otherwise;
        for (Map.Entry<Integer, Long> start : starts.entrySet()) {
            if (start.getValue() > offset) {
                break;
            }
            epoch = start.getKey();
        }
        return epoch;
    }

    /** As Kafka's OffsetForLeaderEpoch answers. */
    EpochEnd endOffset(int requested, int currentEpoch, long logStart, long logEnd) {
        if (requested == currentEpoch && requested >= 0) {
            return new EpochEnd(currentEpoch, logEnd);
        }
        if (requested < 0 || requested > currentEpoch || starts.isEmpty()) {
            return new EpochEnd(-1, -1);
        }
        Map.Entry<Integer, Long> next = starts.higherEntry(requested);
        Map.Entry<Integer, Long> floor = starts.floorEntry(requested);
        long end = next == null ? logEnd : next.getValue();
        return floor == null ? new EpochEnd(requested, Math.max(logStart, end)) : new EpochEnd(floor.getKey(), end);
    }

    /** Forgets what ended before the log start, but for the epoch that holds it. */
    void truncateBefore(long logStart) {
        while (starts.size() > 1) {
            Map.Entry<Integer, Long> first = starts.firstEntry();
            Map.Entry<Integer, Long> second = starts.higherEntry(first.getKey());
            if (second.getValue() > logStart) {
                starts.put(first.getKey(), Math.max(first.getValue(), logStart));
                return;
            }
            starts.remove(first.getKey());
        }
    }

    /** All of them, oldest first. */
    List<EpochEntry> all() {
        return starts.entrySet().stream()
                .map(entry -> new EpochEntry(entry.getKey(), entry.getValue()))
                .toList();
    }
}
