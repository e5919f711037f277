package io.weir.log.partition;

import io.weir.common.buffer.LeasedRecords;
import io.weir.log.segment.SegmentRead;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;

/** No segments. */
record EmptyColdLog(long firstOffset) implements ColdLog {
    static final EmptyColdLog AT_ZERO = new EmptyColdLog(0);

    @Override
    public long nextOffset() {
        return firstOffset;
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public int count() {
        return 0;
    }

    @Override
    public SegmentRead read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        return new SegmentRead(LeasedRecords.EMPTY, offset);
    }

    @Override
    public SegmentRead readPresent(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        return read(offset, endOffset, maxBytes, minOneBatch);
    }

    @Override
    public void readAhead(long offset, int bytes) {}

    @Override
    public List<AbortedTransaction> aborted(long fromOffset, long toOffset) {
        return List.of();
    }

    @Override
    public Optional<TimestampAndOffset> findByTimestamp(long timestampMs, long fromOffset) {
        return Optional.empty();
    }

    @Override
    public Optional<TimestampAndOffset> findMaxTimestamp(long fromOffset) {
        return Optional.empty();
    }

    @Override
    public List<Stretch> stretches() {
        return List.of();
    }
}
