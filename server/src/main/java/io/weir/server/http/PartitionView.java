package io.weir.server.http;

import io.weir.log.Partition;
import io.weir.log.PartitionStatus;

/**
 * One partition as {@code /api/partitions} shows it.
 *
 * @param state of the partition state machine, in lower case
 * @param reason what led to the state
 * @param sinceMs when, milliseconds of the epoch
 * @param logStart first offset that may be read
 * @param highWatermark first offset that may not be read yet
 * @param logEnd offset that the next record gets
 * @param sizeBytes of all records, in segments and not yet
 * @param tailBytes of the records that are in memory and in no segment yet
 * @param segments number of segments
 */
public record PartitionView(
        String topic,
        int partition,
        PartitionStatus.State state,
        String reason,
        long sinceMs,
        int leaderEpoch,
        long logStart,
        long highWatermark,
        long logEnd,
        long sizeBytes,
        long tailBytes,
        int segments) {
    /** What is seen of {@code partition} now. */
    public static PartitionView of(Partition partition, long tailBytes, int segments) {
        PartitionStatus status = partition.status();
        return new PartitionView(
                partition.id().topic(),
                partition.id().partition(),
                status.state(),
                status.reason(),
                status.sinceMs(),
                partition.leaderEpoch(),
                partition.logStartOffset(),
                partition.highWatermark(),
                partition.logEndOffset(),
                partition.sizeBytes(),
                tailBytes,
                segments);
    }
}
