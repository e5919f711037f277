package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.Joined;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackSection;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentState;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store holds of segments and packs, as one listing found it, until its partitions are opened; and how many
 * pieces of each pack are still needed. Any thread.
 */
final class SegmentCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentCatalog.class);

    private final Store store;
    private final Semaphore reads;
    private final Map<PartitionKey, Found> unopened = new HashMap<>();
    private final Map<String, Integer> packPieces = new HashMap<>();
    private int count;

    /** Every pack that has been read, where packs are shared. */
    private final Map<PackId, List<SegmentSummary>> packs = new HashMap<>();
    /** Of each partition the section that reaches furthest: its next owner needs what was behind it. */
    private final Map<PartitionKey, PackSection> last = new HashMap<>();

    /**
     * What was found of a partition.
     *
     * @param files segments whose footer has not been read
     * @param pieces of packs
     * @param logStart as noted in the store, else 0
     */
    record Found(List<FileStatus> files, List<SegmentSummary> pieces, long logStart) {
        static Found nothing() {
            return new Found(new ArrayList<>(), new ArrayList<>(), 0);
        }
    }

    /** Whether a pack that cannot be read may never have been finished. */
    @FunctionalInterface
    interface Unfinished {
        boolean test(CommitLogId writer, long sequence);
    }

    SegmentCatalog(Store store) {
        this.store = store;
        this.reads = new Semaphore(store.readAdvice().atOnce());
    }

    /**
     * Lists everything; packs' directories are read. Blocks.
     *
     * @param lastLife the broker epoch of the life before this one
     * @param completePacks its packs below this sequence are known to be complete
     */
    synchronized void load(OptionalLong lastLife, long completePacks) {
        for (FileStatus file : store.list("topics/")) {
            SegmentId.partitionOf(file.path())
                    .ifPresentOrElse(
                            key -> {
                                unopened.computeIfAbsent(key, _ -> Found.nothing());
                                add(file, unopened);
                                count++;
                            },
                            () -> LOG.warn("segment=unknown_file path={} (left alone)", file.path()));
        }
        for (FileStatus file : store.list(PackId.PREFIX)) {
            PackId.parse(file.path()).ifPresent(id -> {
                boolean perhapsUnfinished = lastLife.isPresent()
                        && id.brokerEpoch() == lastLife.getAsLong()
                        && id.sequence() >= completePacks;
                loadPack(id, perhapsUnfinished);
            });
        }
    }

    private void loadPack(PackId id, boolean perhapsUnfinished) {
        List<PackSection> sections;
        try {
            sections = PackDirectory.read(store, id);
        } catch (WeirException e) {
            if (e.kind() != FaultKind.CORRUPT || !perhapsUnfinished) {
                throw e;
            }
            // Cut off by a crash while it was written: the commit log still has all of it.
            LOG.warn("pack=unfinished path={} (removed) reason={}", id.path(), e.getMessage());
            store.delete(id.path());
            return;
        }
        packPieces.put(id.path(), sections.size());
        remember(sections);
        for (SegmentSummary piece : summaries(sections)) {
            found(piece.id()).pieces().add(piece);
            count++;
        }
    }

    /**
     * Looks again for what there is of these partitions, whoever wrote it; packs are shared with other nodes.
     *
     * @param reading for the directories of packs, each of which blocks
     */
    void refresh(Collection<TopicIdPartition> wanted, Unfinished unfinished, Executor reading) {
        Map<PartitionKey, Found> fresh = new HashMap<>();
        wanted.forEach(id -> fresh.put(PartitionKey.of(id), Found.nothing()));
        List<String> directories = wanted.stream()
                .map(id -> SegmentId.prefix(id.topicId(), id.partition()))
                .toList();
        store.listAll(directories).forEach(file -> add(file, fresh));
        for (List<SegmentSummary> pieces : packs(unfinished, reading)) {
            for (SegmentSummary piece : pieces) {
                Found found = fresh.get(
                        new PartitionKey(piece.id().topicId(), piece.id().partition()));
                if (found != null) {
                    found.pieces().add(piece);
                }
            }
        }
        synchronized (this) {
            unopened.putAll(fresh);
        }
    }

    private static void add(FileStatus file, Map<PartitionKey, Found> to) {
        PartitionKey key = SegmentId.partitionOf(file.path()).orElse(null);
        Found found = key == null ? null : to.get(key);
        if (key == null || found == null) {
            return;
        }
        OptionalLong start = StartNotes.parse(file.path());
        if (start.isPresent()) {
            to.put(key, new Found(found.files(), found.pieces(), Math.max(found.logStart(), start.getAsLong())));
        } else if (SegmentId.parse(file.path()).isPresent()) {
            found.files().add(file);
        } else {
            LOG.warn("segment=unknown_file path={} (left alone)", file.path());
        }
    }

    /** Every pack that there is, its directory read once. */
    private List<List<SegmentSummary>> packs(Unfinished unfinished, Executor reading) {
        Set<PackId> listed = new HashSet<>();
        store.list(PackId.PREFIX).forEach(file -> PackId.parse(file.path()).ifPresent(listed::add));
        Map<PackId, List<SegmentSummary>> there;
        synchronized (this) {
            if (packs.keySet().retainAll(listed)) {
                Set<String> paths = listed.stream().map(PackId::path).collect(Collectors.toSet());
                last.values()
                        .removeIf(section ->
                                !paths.contains(section.summary().location().path()));
            }
            there = new HashMap<>(packs); // a copy: another round may have listed before a pack was written
        }
        listed.removeAll(there.keySet());
        Map<PackId, CompletableFuture<List<PackSection>>> unknown = new HashMap<>();
        listed.forEach(id -> unknown.put(id, CompletableFuture.supplyAsync(() -> directory(id), reading)));
        for (PackId id : listed) {
            try {
                List<PackSection> sections = Joined.of(Objects.requireNonNull(unknown.get(id)));
                List<SegmentSummary> pieces = summaries(sections);
                there.put(id, pieces);
                synchronized (this) {
                    packs.put(id, pieces);
                    remember(sections);
                }
            } catch (WeirException e) {
                boolean gone = e.kind() == FaultKind.INVALID;
                if (!gone
                        && (e.kind() != FaultKind.CORRUPT
                                || !unfinished.test(new CommitLogId(id.node(), id.brokerEpoch()), id.sequence()))) {
                    throw e;
                }
                LOG.debug("pack=unfinished path={} reason={}", id.path(), e.getMessage());
            }
        }
        return List.copyOf(there.values());
    }

    private List<PackSection> directory(PackId id) {
        reads.acquireUninterruptibly();
        try {
            return PackDirectory.read(store, id);
        } finally {
            reads.release();
        }
    }

    private static List<SegmentSummary> summaries(List<PackSection> sections) {
        return sections.stream().map(PackSection::summary).toList();
    }

    private void remember(List<PackSection> sections) {
        sections.forEach(section -> last.merge(key(section), section, SegmentCatalog::further));
    }

    private static PartitionKey key(PackSection section) {
        SegmentId id = section.summary().id();
        return new PartitionKey(id.topicId(), id.partition());
    }

    private static PackSection further(PackSection one, PackSection other) {
        return one.summary().nextOffset() > other.summary().nextOffset() ? one : other;
    }

    /** What was behind the partition's last segment, as far as a pack's directory tells. */
    synchronized @Nullable SegmentState state(SegmentSummary segment) {
        PackSection known =
                last.get(new PartitionKey(segment.id().topicId(), segment.id().partition()));
        return known != null && known.summary().location().equals(segment.location()) ? known.state() : null;
    }

    private Found found(SegmentId id) {
        return unopened.computeIfAbsent(new PartitionKey(id.topicId(), id.partition()), key -> Found.nothing());
    }

    synchronized int count() {
        return count;
    }

    /** Whether the listing found something of the partition that has not been taken. */
    synchronized boolean has(TopicIdPartition id) {
        return unopened.containsKey(PartitionKey.of(id));
    }

    /** What the listing found of the partition; the taker is responsible for it from now on. */
    synchronized Found take(TopicIdPartition id) {
        Found found = unopened.remove(PartitionKey.of(id));
        return found == null ? Found.nothing() : found;
    }

    /** What was taken could not be used: the next taker gets it. */
    synchronized void putBack(TopicIdPartition id, Found found) {
        unopened.put(PartitionKey.of(id), found);
    }

    /** What belongs to topics that are not in {@code known} and is older than {@code olderThanMs}, taken out. */
    synchronized List<Found> takeOrphans(Set<Uuid> known, long olderThanMs) {
        List<Found> orphans = new ArrayList<>();
        unopened.entrySet().removeIf(entry -> {
            Found found = entry.getValue();
            boolean orphan = !known.contains(entry.getKey().topicId())
                    && found.files().stream().allMatch(file -> file.modifiedMs() < olderThanMs);
            if (orphan) {
                orphans.add(found);
            }
            return orphan;
        });
        return orphans;
    }

    /** A pack was written. */
    synchronized void packed(List<SegmentSummary> pieces) {
        packPieces.put(pieces.getFirst().location().path(), pieces.size());
    }

    /** One piece of a pack is not needed any more. True when it was the last: the file can go. */
    synchronized boolean pieceDropped(SegmentLocation piece) {
        Integer left = packPieces.merge(piece.path(), -1, Integer::sum);
        if (left != null && left <= 0) {
            packPieces.remove(piece.path());
            last.values()
                    .removeIf(section -> section.summary().location().path().equals(piece.path()));
            return true;
        }
        return false;
    }
}
