package io.weir.log.partition;

import io.weir.log.segment.SegmentRead;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.jspecify.annotations.Nullable;

/** The part of a partition that is in segments. Immutable snapshots behind it: any thread. Calls that read may block. */
interface ColdLog {
    /** First offset in a segment, or {@link #nextOffset} when there is none. */
    long firstOffset();

    /** The offset behind the last segment. */
    long nextOffset();

    /** Bytes of all segments. */
    long sizeBytes();

    /** Number of segments. */
    int count();

    /**
     * Whole batches from the one that holds {@code offset} on, none at or beyond {@code endOffset}, and where to go on;
     * blocks. There may be more that would fit.
     */
    SegmentRead read(long offset, long endOffset, int maxBytes, boolean minOneBatch);

    /** As {@link #read}, if all of it is in memory; else null. Does not block. */
    @Nullable
    SegmentRead readPresent(long offset, long endOffset, int maxBytes, boolean minOneBatch);

    /** Brings so many bytes from {@code offset} on into the read cache, as far as it takes them now; blocks. */
    void readAhead(long offset, int bytes);

    /** Aborted transactions that overlap the offsets; blocks. */
    List<AbortedTransaction> aborted(long fromOffset, long toOffset);

    /** First record at or after {@code fromOffset} whose timestamp is at least {@code timestampMs}; blocks. */
    Optional<TimestampAndOffset> findByTimestamp(long timestampMs, long fromOffset);

    /** The record with the largest timestamp; blocks. */
    Optional<TimestampAndOffset> findMaxTimestamp(long fromOffset);

    /** The segments, in order; blocks when a footer has to be read. */
    List<Stretch> stretches();

    /** One segment's offsets, size and newest record. */
    record Stretch(long baseOffset, long nextOffset, long sizeBytes, long maxTimestampMs) {}
}
