package io.weir.log.segment;

/**
 * A transaction whose abort marker is in the segment.
 *
 * @param firstOffset of the transaction, perhaps in an earlier segment
 * @param lastOffset the marker's
 * @param lastStableOffset of the partition just after the marker
 */
public record AbortedTransactionEntry(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
