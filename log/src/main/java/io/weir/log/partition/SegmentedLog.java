package io.weir.log.partition;

import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.segment.AbortedTransactions;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentLease;
import io.weir.log.segment.SegmentRead;
import io.weir.log.segment.SegmentSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.jspecify.annotations.Nullable;

/**
 * A partition's segments, dense and in order; where two overlap, which a take-over can leave behind, the earlier one
 * answers as far as it reaches. Immutable; changes make a new one.
 */
final class SegmentedLog implements ColdLog {
    private static final Comparator<SegmentSummary> ORDER = Comparator.<SegmentSummary>comparingLong(
                    segment -> segment.id().baseOffset())
            .thenComparing(Comparator.comparingLong(SegmentSummary::nextOffset).reversed())
            .thenComparing(Comparator.<SegmentSummary>comparingInt(
                            segment -> segment.id().leaderEpoch())
                    .reversed());

    private final SegmentCache cache;
    private final List<SegmentSummary> segments;
    private final long sizeBytes;

    private SegmentedLog(SegmentCache cache, List<SegmentSummary> segments) {
        this.cache = cache;
        this.segments = List.copyOf(segments);
        long size = 0;
        for (SegmentSummary segment : segments) {
            size += segment.dataBytes();
        }
        this.sizeBytes = size;
    }

    /**
     * The chain that these segments make, without those that others cover.
     *
     * @throws WeirException CORRUPT when offsets are missing between two
     */
    static ColdLog of(SegmentCache cache, List<SegmentSummary> found) {
        List<SegmentSummary> sorted = new ArrayList<>(found);
        sorted.sort(ORDER);
        List<SegmentSummary> chain = new ArrayList<>();
        for (SegmentSummary segment : sorted) {
            if (chain.isEmpty() || segment.nextOffset() > chain.getLast().nextOffset()) {
                if (!chain.isEmpty()
                        && segment.id().baseOffset() > chain.getLast().nextOffset()) {
                    throw new WeirException(
                            FaultKind.CORRUPT,
                            "Offsets " + chain.getLast().nextOffset() + " to "
                                    + (segment.id().baseOffset() - 1)
                                    + " are missing between "
                                    + chain.getLast().location().path() + " and "
                                    + segment.location().path());
                }
                chain.add(segment);
            }
        }
        return chain.isEmpty() ? EmptyColdLog.AT_ZERO : new SegmentedLog(cache, chain);
    }

    /** With one more behind. */
    static ColdLog append(SegmentCache cache, ColdLog before, SegmentSummary last) {
        List<SegmentSummary> all = new ArrayList<>(summaries(before));
        all.add(last);
        return new SegmentedLog(cache, all);
    }

    /** Without those that end at or below {@code offset}. */
    static ColdLog dropBelow(SegmentCache cache, ColdLog before, long offset) {
        List<SegmentSummary> kept = new ArrayList<>(summaries(before));
        kept.removeIf(segment -> segment.nextOffset() <= offset);
        return kept.isEmpty() ? new EmptyColdLog(Math.max(before.nextOffset(), offset)) : new SegmentedLog(cache, kept);
    }

    /** The segments of a cold log, in order. */
    static List<SegmentSummary> summaries(ColdLog log) {
        return log instanceof SegmentedLog segmented ? segmented.segments : List.of();
    }

    @Override
    public long firstOffset() {
        return segments.getFirst().id().baseOffset();
    }

    @Override
    public long nextOffset() {
        return segments.getLast().nextOffset();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int count() {
        return segments.size();
    }

    /** Index of the first segment that reaches beyond {@code offset}. */
    private int indexOf(long offset) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).nextOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public SegmentRead read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        List<LeasedRecords> found = new ArrayList<>(1);
        int bytes = 0;
        long at = offset;
        // Compaction leaves stretches without records, and small flushes small segments: one may not be enough.
        for (int i = indexOf(offset); i < segments.size() && at < endOffset && 2L * bytes <= maxBytes; i++) {
            SegmentRead read;
            try {
                read = cache.read(
                        segments.get(i).location(), at, endOffset, maxBytes - bytes, minOneBatch && bytes == 0);
            } catch (WeirException e) {
                if (bytes == 0) {
                    throw e;
                }
                break; // what was found is good; who comes for the rest meets the fault
            }
            found.add(read.records());
            bytes += read.records().sizeInBytes();
            at = read.nextOffset();
            if (at < segments.get(i).nextOffset()) {
                break; // the next batch does not fit
            }
        }
        return new SegmentRead(LeasedRecords.concat(found), at);
    }

    @Override
    public @Nullable SegmentRead readPresent(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        int index = indexOf(offset);
        if (index == segments.size()) {
            return null;
        }
        SegmentSummary segment = segments.get(index);
        SegmentRead read = cache.readPresent(segment.location(), offset, endOffset, maxBytes, minOneBatch);
        if (read == null) {
            return null;
        }
        boolean goesOn = read.nextOffset() >= segment.nextOffset()
                && read.nextOffset() < endOffset
                && index + 1 < segments.size();
        if (goesOn && 2L * read.records().sizeInBytes() <= maxBytes) {
            // The next segment belongs to the answer: rare, and not worth a second way to put answers together.
            read.records().release();
            return null;
        }
        return read;
    }

    @Override
    public void readAhead(long offset, int bytes) {
        long at = offset;
        int left = bytes;
        for (int i = indexOf(offset); i < segments.size() && left > 0; i++) {
            left = cache.readAhead(segments.get(i).location(), at, left);
            at = segments.get(i).nextOffset();
        }
    }

    @Override
    public List<AbortedTransaction> aborted(long fromOffset, long toOffset) {
        List<AbortedTransaction> found = new ArrayList<>();
        for (int i = indexOf(fromOffset); i < segments.size(); i++) {
            try (SegmentLease lease = cache.acquire(segments.get(i).location())) {
                AbortedTransactions here = lease.reader().abortedTransactions(fromOffset, toOffset);
                found.addAll(here.transactions());
                if (here.complete()) {
                    break;
                }
            }
        }
        return found;
    }

    @Override
    public Optional<TimestampAndOffset> findByTimestamp(long timestampMs, long fromOffset) {
        for (int i = indexOf(fromOffset); i < segments.size(); i++) {
            if (segments.get(i).maxTimestampMs() >= timestampMs) {
                try (SegmentLease lease = cache.acquire(segments.get(i).location())) {
                    Optional<TimestampAndOffset> found = lease.reader().findByTimestamp(timestampMs, fromOffset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<TimestampAndOffset> findMaxTimestamp(long fromOffset) {
        Optional<TimestampAndOffset> best = Optional.empty();
        for (int i = indexOf(fromOffset); i < segments.size(); i++) {
            if (best.isEmpty() || segments.get(i).maxTimestampMs() > best.get().timestamp) {
                try (SegmentLease lease = cache.acquire(segments.get(i).location())) {
                    best = Batches.later(best, lease.reader().findMaxTimestamp(fromOffset));
                }
            }
        }
        return best;
    }

    @Override
    public List<Stretch> stretches() {
        return segments.stream()
                .map(segment -> new Stretch(
                        segment.id().baseOffset(), segment.nextOffset(), segment.dataBytes(), segment.maxTimestampMs()))
                .toList();
    }
}
