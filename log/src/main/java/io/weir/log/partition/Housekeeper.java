package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.ClusterNodes;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PackDirectory;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackSection;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from a store that several nodes share what none of them needs: commit logs of lives that are over, when
 * all their partitions have been taken over or are in segments, and the notes about them; packs of which every piece is below its partition's log
 * start; what belongs to no topic. It goes by what the store says and by the list of topics alone, so that it does not
 * matter which node does it, nor if two do. The flusher's thread; blocks.
 */
final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    /** A life that the metadata does not know to be alive may have just begun: its node hears of that later than others. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private final Store store;
    private final ClusterNodes nodes;
    private final TakeOvers takeOvers;
    private final TakenNotes notes;
    private final StoredStretches stored;
    private final CompletePacks completePacks;
    private final Duration orphanAge;
    private final Time time;

    Housekeeper(
            Store store,
            ClusterNodes nodes,
            TakeOvers takeOvers,
            TakenNotes notes,
            StoredStretches stored,
            Duration orphanAge,
            Time time) {
        this.store = store;
        this.nodes = nodes;
        this.takeOvers = takeOvers;
        this.notes = notes;
        this.stored = stored;
        this.completePacks = new CompletePacks(store);
        this.orphanAge = orphanAge;
        this.time = time;
    }

    /** One round, when it is this node's turn. */
    void clean() {
        if (!nodes.keepsHouse()) {
            return;
        }
        try {
            cleanCommitLogs();
            cleanNotes();
            cleanPacks();
            cleanTopics();
        } catch (WeirException e) {
            LOG.warn("housekeeping=postponed reason={}", e.getMessage());
        }
    }

    private void cleanCommitLogs() {
        Map<CommitLogId, List<FileStatus>> lives = new HashMap<>();
        for (FileStatus file : store.list(CommitLogId.PREFIX)) {
            CommitLogId.parse(file.path())
                    .ifPresent(life ->
                            lives.computeIfAbsent(life, _ -> new ArrayList<>()).add(file));
        }
        lives.forEach((life, files) -> {
            if (isOver(life) && files.stream().allMatch(file -> olderThan(file, GRACE))) {
                cleanCommitLog(life, files.stream().allMatch(file -> olderThan(file, orphanAge)));
            }
        });
    }

    private boolean isOver(CommitLogId life) {
        return !life.equals(takeOvers.thisLife()) && !nodes.alive(life.nodeId(), life.brokerEpoch());
    }

    private boolean olderThan(FileStatus file, Duration age) {
        return file.modifiedMs() <= time.milliseconds() - age.toMillis();
    }

    /** @param old a topic that is not known here was deleted, and is not one that this node has not heard of yet */
    private void cleanCommitLog(CommitLogId life, boolean old) {
        TakeOvers.Contents contents = takeOvers.contents(life);
        Set<PartitionKey> open = new HashSet<>(contents.partitions().keySet());
        open.removeIf(key -> old && !nodes.exists(key.topicId()));
        if (!open.isEmpty()) {
            open.removeAll(notes.read(life));
        }
        if (!open.isEmpty()) {
            // Nobody had to take over what its owner had let go before it ended.
            StoredStretches.Listing listing = stored.list();
            open.removeIf(key -> listing.has(
                    key, Objects.requireNonNull(contents.partitions().get(key))));
        }
        if (!open.isEmpty()) {
            return;
        }
        // Afterwards nothing else tells a pack that was never finished, or is only begun yet, from a damaged one.
        completePacks.write(life, contents.completePacks());
        // Oldest first: what is left if this is interrupted is the end of a log.
        store.list(life.directory()).forEach(file -> store.delete(file.path()));
        notes.delete(life);
        takeOvers.forget(life);
        LOG.info(
                "commit_log=removed directory={} partitions={}",
                life.directory(),
                contents.partitions().size());
    }

    /** Of several who took a partition over the last may write what it needs no more when the commit log is gone. */
    private void cleanNotes() {
        Set<CommitLogId> there = CommitLogId.list(store);
        for (FileStatus note : store.list(TakenNotes.DIRECTORY)) {
            TakenNotes.about(note.path())
                    .filter(life -> !there.contains(life) && olderThan(note, GRACE))
                    .ifPresent(life -> store.delete(note.path()));
        }
    }

    private void cleanPacks() {
        Map<PartitionKey, Long> starts = new HashMap<>();
        List<FileStatus> files = store.list(PackId.PREFIX);
        cleanCompletePacks(files);
        for (FileStatus file : files) {
            PackId pack = PackId.parse(file.path()).orElse(null);
            if (pack == null || !olderThan(file, GRACE)) {
                continue;
            }
            boolean old = olderThan(file, orphanAge);
            List<PackSection> pieces;
            try {
                pieces = PackDirectory.read(store, pack);
            } catch (WeirException e) {
                if (e.kind() != FaultKind.CORRUPT && e.kind() != FaultKind.INVALID) {
                    throw e;
                }
                if (e.kind() == FaultKind.CORRUPT) {
                    cleanUnfinished(pack);
                }
                continue; // else it is gone meanwhile
            }
            if (pieces.stream().noneMatch(piece -> needed(piece.summary(), starts, old))) {
                store.delete(pack.path());
                LOG.info("pack=removed path={} pieces={}", pack.path(), pieces.size());
            }
        }
    }

    /** One that a writer began, or left, when nobody listened to it any more; a damaged one stays, for people to see. */
    private void cleanUnfinished(PackId pack) {
        CommitLogId life = new CommitLogId(pack.node(), pack.brokerEpoch());
        if (isOver(life)
                && !CommitLogId.list(store).contains(life)
                && pack.sequence() >= completePacks.below(life).orElse(Long.MAX_VALUE)
                && !isFinished(pack)) {
            store.delete(pack.path());
            LOG.info("pack=removed path={} reason=\"never finished\"", pack.path());
        }
    }

    private boolean isFinished(PackId pack) {
        try {
            FinishedFiles.pack(store, pack);
            return true;
        } catch (WeirException e) {
            if (e.kind() != FaultKind.CORRUPT && e.kind() != FaultKind.INVALID) {
                throw e;
            }
            return e.kind() == FaultKind.INVALID; // somebody else was faster
        }
    }

    /** Without a pack there is nothing to say, unless a writer that was away for so long comes back. */
    private void cleanCompletePacks(List<FileStatus> files) {
        Set<CommitLogId> needed = CommitLogId.list(store);
        files.forEach(file -> PackId.parse(file.path())
                .ifPresent(pack -> needed.add(new CommitLogId(pack.node(), pack.brokerEpoch()))));
        for (FileStatus file : files) {
            CompletePacks.about(file.path())
                    .filter(life -> !needed.contains(life) && olderThan(file, orphanAge))
                    .ifPresent(life -> store.delete(file.path()));
        }
    }

    private boolean needed(SegmentSummary piece, Map<PartitionKey, Long> starts, boolean old) {
        SegmentId id = piece.id();
        return (!old || nodes.exists(id.topicId()))
                && starts.computeIfAbsent(new PartitionKey(id.topicId(), id.partition()), this::start)
                        < piece.nextOffset();
    }

    private long start(PartitionKey key) {
        return StartNotes.highest(store.list(SegmentId.prefix(key.topicId(), key.partition())));
    }

    private void cleanTopics() {
        for (FileStatus file : store.list(SegmentId.DIRECTORY)) {
            SegmentId.partitionOf(file.path())
                    .filter(key -> !nodes.exists(key.topicId()) && olderThan(file, orphanAge))
                    .ifPresent(key -> {
                        store.delete(file.path());
                        LOG.info("orphan=removed path={}", file.path());
                    });
        }
    }
}
