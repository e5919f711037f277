package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackSection;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLease;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.Store;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads files that others have written and may still be writing. What seems to be cut off may be finished in the next
 * moment, or have been since it was listed, and its writer then lets go of the commit log that had the same: so the
 * writer is shut out before a file counts as one without an end. Any thread; blocks on the store.
 */
final class FinishedFiles {
    private FinishedFiles() {}

    /**
     * A segment in a file of its own.
     *
     * @param listedBytes its length as it was listed
     * @throws WeirException CORRUPT when it has no end and will never have one; INVALID when it is gone
     */
    static SegmentSummary segment(Store store, SegmentCache cache, SegmentId id, long listedBytes) {
        return finished(() -> summary(cache, id, listedBytes), () -> {
            long finalBytes = store.fence(id.path());
            cache.invalidate(id.path());
            return summary(cache, id, finalBytes);
        });
    }

    /** What is in a pack; faults as of {@link #segment}. */
    static List<PackSection> pack(Store store, PackId id) {
        return finished(() -> PackDirectory.read(store, id), () -> {
            store.fence(id.path());
            return PackDirectory.read(store, id);
        });
    }

    private static <T> T finished(Supplier<T> asItIs, Supplier<T> onceFenced) {
        try {
            return asItIs.get();
        } catch (WeirException e) {
            if (e.kind() != FaultKind.CORRUPT) {
                throw e;
            }
            return onceFenced.get();
        }
    }

    private static SegmentSummary summary(SegmentCache cache, SegmentId id, long lengthBytes) {
        try (SegmentLease lease = cache.acquire(SegmentLocation.ofFile(id, lengthBytes))) {
            return lease.reader().summary();
        }
    }
}
