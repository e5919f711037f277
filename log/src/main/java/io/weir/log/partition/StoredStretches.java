package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackSection;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLease;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells whether what a commit log holds is in segments. Only what was acknowledged ever gets into a segment, and no later
 * owner changes that, so it does not matter who wrote them. One thread; blocks on the store.
 */
final class StoredStretches {
    /** Segments overlap by a few at most, where an owner was late. */
    private static final int MAX_IN_VAIN = 16;

    private final Store store;
    private final SegmentCache cache;

    StoredStretches(Store store, SegmentCache cache) {
        this.store = store;
        this.cache = cache;
    }

    /** Looks at the store as it is now. */
    Listing list() {
        return new Listing();
    }

    /** One look: packs are read once. */
    final class Listing {
        private final Map<PartitionKey, List<SegmentSummary>> pieces = new HashMap<>();

        private Listing() {
            for (FileStatus file : store.list(PackId.PREFIX)) {
                PackId.parse(file.path()).ifPresent(this::add);
            }
        }

        private void add(PackId pack) {
            try {
                for (PackSection section : PackDirectory.read(store, pack)) {
                    SegmentSummary piece = section.summary();
                    SegmentId id = piece.id();
                    pieces.computeIfAbsent(new PartitionKey(id.topicId(), id.partition()), _ -> new ArrayList<>())
                            .add(piece);
                }
            } catch (WeirException e) {
                unfinished(e);
            }
        }

        /** Whether segments and packs have all of it that is not below the log start, and the store has the log start. */
        boolean has(PartitionKey key, ReplayedPartitions.Extent extent) {
            List<FileStatus> files = store.list(SegmentId.prefix(key.topicId(), key.partition()));
            long logStart = StartNotes.highest(files);
            if (extent.logStart() > logStart) {
                return false;
            }
            long from = Math.max(extent.from(), logStart);
            List<Candidate> candidates = new ArrayList<>();
            for (FileStatus file : files) {
                SegmentId.parse(file.path())
                        .ifPresent(id -> candidates.add(new Candidate(id.baseOffset(), () -> end(id, file))));
            }
            for (SegmentSummary piece : pieces.getOrDefault(key, List.of())) {
                candidates.add(new Candidate(piece.id().baseOffset(), () -> Optional.of(piece.nextOffset())));
            }
            return cover(candidates, from, extent.to());
        }
    }

    /** @param end offset behind the last; none when it cannot be read. May read the store */
    private record Candidate(long base, Supplier<Optional<Long>> end) {}

    /** From the end on, so that little more is read than what covers the stretch. */
    private static boolean cover(List<Candidate> candidates, long from, long to) {
        candidates.sort(Comparator.comparingLong(Candidate::base).reversed());
        long missing = to;
        int inVain = 0;
        for (Candidate candidate : candidates) {
            if (missing <= from || inVain == MAX_IN_VAIN) {
                break;
            }
            if (candidate.base < missing) {
                if (candidate.end.get().orElse(-1L) >= missing) {
                    missing = candidate.base;
                    inVain = 0;
                } else {
                    inVain++;
                }
            }
        }
        return missing <= from;
    }

    private Optional<Long> end(SegmentId id, FileStatus file) {
        try (SegmentLease lease = cache.acquire(SegmentLocation.ofFile(id, file.lengthBytes()))) {
            return Optional.of(lease.reader().summary().nextOffset());
        } catch (WeirException e) {
            unfinished(e);
            return Optional.empty();
        }
    }

    private static void unfinished(WeirException e) {
        if (e.kind() != FaultKind.CORRUPT && e.kind() != FaultKind.INVALID) {
            throw e;
        }
        // Being written, or gone since the listing: it says nothing.
    }
}
