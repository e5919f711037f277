package io.weir.log.stored;

import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.partition.ReadAhead;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLease;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentRead;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One partition's segments in the store. The listing is kept, and made again when an offset is not in it or a file of it
 * has gone, though not more often than now and then. Any thread; blocks.
 */
final class StoredPartition implements ReadAhead.Target {
    /** Segments before the nearest one that are looked at: overlaps come of take-overs and are few. */
    private static final int MAX_OVERLAPS = 8;

    private final TopicIdPartition id;
    private final Store store;
    private final SegmentCache cache;
    private final Duration listingAge;
    private final Time time;
    private final Object listing = new Object();
    private volatile @Nullable SegmentList list;
    private volatile long end;

    StoredPartition(TopicIdPartition id, Store store, SegmentCache cache, Duration listingAge, Time time) {
        this.id = id;
        this.store = store;
        this.cache = cache;
        this.listingAge = listingAge;
        this.time = time;
    }

    /** Whole batches from the one with {@code offset} on; empty when no segment has it. */
    Optional<SegmentRead> read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        List<LeasedRecords> found = new ArrayList<>(1);
        int bytes = 0;
        long at = offset;
        boolean covered = false;
        try {
            while (at < endOffset && 2L * bytes <= maxBytes) {
                SegmentLocation segment = covering(at);
                if (segment == null) {
                    break;
                }
                covered = true;
                SegmentRead read = cache.read(segment, at, endOffset, maxBytes - bytes, minOneBatch && bytes == 0);
                found.add(read.records());
                bytes += read.records().sizeInBytes();
                if (read.nextOffset() <= at) {
                    break; // the next batch does not fit
                }
                at = read.nextOffset();
            }
        } catch (WeirException e) {
            if (e.kind() == FaultKind.INVALID) {
                relist(0); // a file of the listing is gone: retention, or the topic was deleted
            }
            if (bytes == 0) {
                found.forEach(LeasedRecords::release);
                throw e;
            }
            // What was found is good; who comes for the rest meets the fault.
        }
        return covered ? Optional.of(new SegmentRead(LeasedRecords.concat(found), at)) : Optional.empty();
    }

    @Override
    public long nextOffset() {
        return end;
    }

    @Override
    public void readAhead(long offset, int bytes) {
        long at = offset;
        int left = bytes;
        while (left > 0) {
            SegmentLocation segment = find(current(), at);
            if (segment == null) {
                return;
            }
            left = cache.readAhead(segment, at, left);
            at = nextOffset(segment);
        }
    }

    /** The segment that answers for the offset, looked for in a new listing if need be. */
    private @Nullable SegmentLocation covering(long offset) {
        SegmentList known = current();
        SegmentLocation found = find(known, offset);
        if (found != null) {
            return found;
        }
        SegmentList fresh = relist(listingAge.toMillis());
        return fresh.listedMs() == known.listedMs() && fresh.segments().size() == known.segments().size()
                ? null
                : find(fresh, offset);
    }

    /**
     * Of the segments that have the offset the one of the newest owner, and of that one's the one made last: what a stale
     * owner wrote late is not used where a newer one's reaches.
     */
    private @Nullable SegmentLocation find(SegmentList in, long offset) {
        SegmentLocation best = null;
        int nearest = in.lastFrom(offset);
        for (int i = nearest; i >= 0 && i > nearest - MAX_OVERLAPS; i--) {
            SegmentLocation segment = in.segments().get(i);
            if (best == null || isNewer(segment.id(), best.id())) {
                long next = nextOffset(segment);
                if (next > offset) {
                    best = segment;
                    end = Math.max(end, next);
                }
            }
        }
        return best;
    }

    private static boolean isNewer(SegmentId one, SegmentId other) {
        return one.leaderEpoch() != other.leaderEpoch()
                ? one.leaderEpoch() > other.leaderEpoch()
                : one.generation() > other.generation();
    }

    /** It answers for offsets below this; -1 for a file that is not whole, as one is that is being written. */
    private long nextOffset(SegmentLocation segment) {
        try (SegmentLease lease = cache.acquire(segment)) {
            return lease.reader().nextOffset();
        } catch (WeirException e) {
            if (e.kind() == FaultKind.CORRUPT || e.kind() == FaultKind.INVALID) {
                return -1;
            }
            throw e;
        }
    }

    private SegmentList current() {
        SegmentList known = list;
        return known == null ? relist(0) : known;
    }

    /** One listing at a time; who waited for it takes it. */
    @SuppressWarnings("ReferenceEquality") // each listing is another object
    private SegmentList relist(long youngerThanMs) {
        SegmentList before = list;
        synchronized (listing) {
            SegmentList known = list;
            boolean young = known != null && time.milliseconds() - known.listedMs() < youngerThanMs;
            if (known != null && (young || known != before)) {
                return known;
            }
            SegmentList fresh = SegmentList.of(
                    store.list(SegmentId.prefix(id.topicId(), id.partition())), time.milliseconds());
            list = fresh;
            return fresh;
        }
    }
}
