package io.weir.log.segment;

/**
 * What is known of a segment without opening it.
 *
 * @param nextOffset it answers for offsets below this
 * @param recordCount records in it, markers included
 * @param maxTimestampMs largest timestamp of a record, or -1
 * @param dataBytes bytes of batches, without footer and trailer
 */
public record SegmentSummary(
        SegmentLocation location, long nextOffset, long recordCount, long maxTimestampMs, int dataBytes) {
    /** Which segment. */
    public SegmentId id() {
        return location.id();
    }
}
