package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store holds of segments and packs, as one listing found it, until its partitions are opened; and how many
 * pieces of each pack are still needed. Any thread.
 */
final class SegmentCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentCatalog.class);

    private final Store store;
    private final Map<Key, Found> unopened = new HashMap<>();
    private final Map<String, Integer> packPieces = new HashMap<>();
    private int count;

    private record Key(Uuid topicId, int partition) {}

    /** A partition's segments: files whose footer has not been read, and pieces of packs. */
    record Found(List<FileStatus> files, List<SegmentSummary> pieces) {}

    SegmentCatalog(Store store) {
        this.store = store;
    }

    /**
     * Lists everything; packs' directories are read. Blocks.
     *
     * @param lastLife the broker epoch of the life before this one
     * @param completePacks its packs below this sequence are known to be complete
     */
    synchronized void load(OptionalLong lastLife, long completePacks) {
        for (FileStatus file : store.list("topics/")) {
            Optional<SegmentId> id = SegmentId.parse(file.path());
            if (id.isPresent()) {
                found(id.get()).files().add(file);
                count++;
            } else {
                LOG.warn("segment=unknown_file path={} (left alone)", file.path());
            }
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
        List<SegmentSummary> pieces;
        try {
            pieces = PackDirectory.read(store, id);
        } catch (WeirException e) {
            if (e.kind() != FaultKind.CORRUPT || !perhapsUnfinished) {
                throw e;
            }
            // Cut off by a crash while it was written: the commit log still has all of it.
            LOG.warn("pack=unfinished path={} (removed) reason={}", id.path(), e.getMessage());
            store.delete(id.path());
            return;
        }
        packPieces.put(id.path(), pieces.size());
        for (SegmentSummary piece : pieces) {
            found(piece.id()).pieces().add(piece);
            count++;
        }
    }

    private Found found(SegmentId id) {
        return unopened.computeIfAbsent(
                new Key(id.topicId(), id.partition()), key -> new Found(new ArrayList<>(), new ArrayList<>()));
    }

    synchronized int count() {
        return count;
    }

    /** Whether the listing found something of the partition that has not been taken. */
    synchronized boolean has(TopicIdPartition id) {
        return unopened.containsKey(new Key(id.topicId(), id.partition()));
    }

    /** What the listing found of the partition; the taker is responsible for it from now on. */
    synchronized Found take(TopicIdPartition id) {
        Found found = unopened.remove(new Key(id.topicId(), id.partition()));
        return found == null ? new Found(List.of(), List.of()) : found;
    }

    /** What was taken could not be used: the next taker gets it. */
    synchronized void putBack(TopicIdPartition id, Found found) {
        unopened.put(new Key(id.topicId(), id.partition()), found);
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
            return true;
        }
        return false;
    }
}
