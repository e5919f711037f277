package io.weir.compat.crash;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackSection;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentCacheConfig;
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
import java.util.Set;
import org.apache.kafka.common.Uuid;

/**
 * Looks through a store for files that nobody needs: commit logs of lives that are over and the notes about them,
 * segments and packs that were never finished, segments that others cover, whatever belongs to no topic. One use; it
 * blocks on the store.
 */
final class StoreAudit {
    private final Store store;
    private final Set<CommitLogId> living;
    private final Set<Uuid> topics;
    private final List<String> orphans = new ArrayList<>();
    private final Map<PartitionKey, List<SegmentSummary>> segments = new HashMap<>();

    private StoreAudit(Store store, Set<CommitLogId> living, Set<Uuid> topics) {
        this.store = store;
        this.living = living;
        this.topics = topics;
    }

    /**
     * Returns what should not be there, or not for long; empty if all is well.
     *
     * @param living the lives of the nodes that run
     * @param topics that exist
     */
    static List<String> orphans(Store store, Set<CommitLogId> living, Set<Uuid> topics) {
        StoreAudit audit = new StoreAudit(store, living, topics);
        audit.commitLogs();
        audit.notes();
        audit.packs();
        audit.segments();
        audit.coveredSegments();
        return audit.orphans;
    }

    private void commitLogs() {
        for (FileStatus file : store.list(CommitLogId.PREFIX)) {
            if (CommitLogId.parse(file.path()).filter(living::contains).isEmpty()) {
                orphans.add("of a life that is over: " + file.path());
            }
        }
    }

    private void notes() {
        store.list("taken/").forEach(file -> orphans.add("a note about a life that is over: " + file.path()));
    }

    private void packs() {
        for (FileStatus file : store.list(PackId.PREFIX)) {
            Optional<PackId> pack = PackId.parse(file.path());
            if (pack.isEmpty()) {
                if (!file.path().endsWith(".complete")) { // a note, which stays in case a writer comes back late
                    orphans.add("no pack: " + file.path());
                }
                continue;
            }
            try {
                List<SegmentSummary> pieces = PackDirectory.read(store, pack.get()).stream()
                        .map(PackSection::summary)
                        .toList();
                if (pieces.stream()
                        .noneMatch(piece -> topics.contains(piece.id().topicId()))) {
                    orphans.add("a pack of topics that are gone: " + file.path());
                }
                pieces.forEach(this::add);
            } catch (WeirException e) {
                unreadable(file, e);
            }
        }
    }

    private void segments() {
        Map<PartitionKey, Integer> starts = new HashMap<>();
        PrometheusRegistry registry = new PrometheusRegistry();
        try (SegmentCache cache =
                new SegmentCache(SegmentCacheConfig.defaults(), store, UnpooledByteBufAllocator.DEFAULT, registry)) {
            for (FileStatus file : store.list(SegmentId.DIRECTORY)) {
                Optional<PartitionKey> partition = SegmentId.partitionOf(file.path());
                Optional<SegmentId> segment = SegmentId.parse(file.path());
                if (partition.filter(key -> topics.contains(key.topicId())).isEmpty()) {
                    orphans.add("of no topic: " + file.path());
                } else if (segment.isPresent()) {
                    try (SegmentLease lease =
                            cache.acquire(SegmentLocation.ofFile(segment.get(), file.lengthBytes()))) {
                        add(lease.reader().summary());
                    } catch (WeirException e) {
                        unreadable(file, e);
                    }
                } else if (!file.path().endsWith(".start") || starts.merge(partition.get(), 1, Integer::sum) > 1) {
                    orphans.add("neither a segment nor the one note of a log start: " + file.path());
                }
            }
        }
    }

    private void add(SegmentSummary segment) {
        segments.computeIfAbsent(
                        new PartitionKey(segment.id().topicId(), segment.id().partition()), _ -> new ArrayList<>())
                .add(segment);
    }

    private void unreadable(FileStatus file, WeirException cause) {
        if (cause.kind() == FaultKind.CORRUPT) {
            orphans.add("never finished: " + file.path() + " (" + file.lengthBytes() + " bytes)");
        } else if (cause.kind() != FaultKind.INVALID) {
            throw cause;
        }
        // else it is gone since the listing
    }

    /** As an owner sees it: the earlier and the longer win; pieces of packs go with their packs. */
    private void coveredSegments() {
        segments.values().forEach(found -> {
            found.sort(Comparator.<SegmentSummary>comparingLong(
                            segment -> segment.id().baseOffset())
                    .thenComparing(
                            Comparator.comparingLong(SegmentSummary::nextOffset).reversed())
                    .thenComparing(Comparator.<SegmentSummary>comparingInt(
                                    segment -> segment.id().leaderEpoch())
                            .reversed()));
            long end = -1;
            for (SegmentSummary segment : found) {
                if (segment.nextOffset() > end) {
                    end = segment.nextOffset();
                } else if (!segment.location().inPack()) {
                    orphans.add("covered by others: " + segment.location().path() + " (up to " + segment.nextOffset()
                            + ")");
                }
            }
        });
    }
}
