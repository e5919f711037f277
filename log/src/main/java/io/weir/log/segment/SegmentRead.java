package io.weir.log.segment;

import io.weir.common.buffer.LeasedRecords;

/**
 * What a read of a segment found.
 *
 * @param records whole batches, perhaps none; leased
 * @param nextOffset where to go on: behind the records; the segment's next offset when nothing is left here; the
 *     offset that was asked for when the next batch did not fit
 */
public record SegmentRead(LeasedRecords records, long nextOffset) {}
