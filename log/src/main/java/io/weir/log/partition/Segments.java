package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.NodeLogConfig;
import io.weir.log.cache.BlockCache;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PackWriter;
import io.weir.log.segment.SectionWriter;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentCacheConfig;
import io.weir.log.segment.SegmentConfig;
import io.weir.log.segment.SegmentEnd;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLease;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentState;
import io.weir.log.segment.SegmentSummary;
import io.weir.log.segment.SegmentWriter;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's segments: opened when a partition is taken over, written by the flusher, removed by retention. Every
 * method but {@link #has} blocks on the store.
 */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    private static final int WRITE_BYTES = 4 << 20;
    private static final Duration NOTE_WAIT = Duration.ofSeconds(60);

    private final Store store;
    private final NodeLogConfig config;
    private final Time time;
    private final SegmentConfig format;
    private final SegmentCache cache;
    private final SegmentCatalog catalog;
    private final PackNotes notes;
    private final boolean shared;
    private final StartNotes starts;
    private int nodeId;
    private long brokerEpoch;
    private long nextPack;
    private long firstUnfinished;

    /** @param shared whether other nodes own partitions whose segments are in the same packs */
    Segments(
            Store store,
            NodeLogConfig config,
            ByteBufAllocator allocator,
            Time time,
            PrometheusRegistry registry,
            PackNotes notes,
            @Nullable BlockCache blocks,
            boolean shared) {
        this.notes = notes;
        this.shared = shared;
        this.starts = new StartNotes(store);
        this.store = store;
        this.config = config;
        this.time = time;
        this.format = new SegmentConfig(config.indexIntervalBytes(), WRITE_BYTES);
        this.cache = new SegmentCache(
                new SegmentCacheConfig(
                        config.readCacheSegments(),
                        SegmentCacheConfig.defaults().maxMemoryBytes()),
                store,
                allocator,
                registry,
                blocks);
        this.catalog = new SegmentCatalog(store);
    }

    /** What was found of a partition: its segments, and what the last one's footer remembers. */
    record Opened(ColdLog cold, @Nullable SegmentState saved) {}

    /**
     * Lists the store.
     *
     * @param completePacks of the last life: its packs below this are known to be complete
     */
    void load(OptionalLong lastLife, long completePacks) {
        catalog.load(lastLife, completePacks);
    }

    /**
     * Looks for what there is of these partitions now, whoever wrote it, instead of what an earlier listing found.
     *
     * @param mayBeUnfinished whether a pack that cannot be read is left alone
     * @param reading for reads that block
     */
    void refresh(Collection<TopicIdPartition> wanted, SegmentCatalog.Unfinished mayBeUnfinished, Executor reading) {
        catalog.refresh(wanted, mayBeUnfinished, reading);
    }

    /** From now on packs are written under this epoch. */
    void start(int ofNode, long epoch) {
        nodeId = ofNode;
        brokerEpoch = epoch;
    }

    /** Segments that the listing found. */
    int count() {
        return catalog.count();
    }

    /** Whether the listing found something of the partition. */
    boolean has(TopicIdPartition id) {
        return catalog.has(id);
    }

    /**
     * Opens what the listing found.
     *
     * @param replayed what the commit log has; a file that cannot be read is one that was cut off while being written,
     *     and goes, when the commit log or another segment has its first record. It learns of a log start that the
     *     store notes; segments that end before the log start are left out and removed
     * @throws WeirException CORRUPT when something is damaged or missing
     */
    Opened open(TopicIdPartition id, Replayed replayed) {
        SegmentCatalog.Found found = catalog.take(id);
        try {
            replayed.startsAt(found.logStart());
            return open(found, replayed.soundFrom(), replayed.logStart());
        } catch (RuntimeException e) {
            catalog.putBack(id, found);
            throw e;
        }
    }

    private Opened open(SegmentCatalog.Found found, long replayedFrom, long logStart) {
        List<SegmentSummary> segments = new ArrayList<>(found.pieces());
        Map<SegmentId, WeirException> unreadable = new LinkedHashMap<>();
        for (FileStatus file : found.files()) {
            SegmentId segment = SegmentId.parse(file.path()).orElseThrow();
            try {
                segments.add(FinishedFiles.segment(store, cache, segment, file.lengthBytes()));
            } catch (WeirException e) {
                if (e.kind() == FaultKind.INVALID) {
                    // Others remove only what is not needed; were it more, the hole would show.
                    LOG.info("segment=gone path={} (since it was listed)", file.path());
                } else if (e.kind() == FaultKind.CORRUPT) {
                    unreadable.put(segment, e);
                } else {
                    throw e;
                }
            }
        }
        // What follows a hole that the commit log fills comes out of the commit log, too: a log has no holes.
        long holeAt = Long.MAX_VALUE;
        for (Map.Entry<SegmentId, WeirException> entry : unreadable.entrySet()) {
            SegmentId segment = entry.getKey();
            long base = segment.baseOffset();
            boolean elsewhere = base < logStart
                    || segments.stream()
                            .anyMatch(other -> other.id().baseOffset() <= base && base < other.nextOffset());
            if (!elsewhere && replayedFrom > base) {
                throw entry.getValue();
            }
            holeAt = elsewhere ? holeAt : Math.min(holeAt, base);
            LOG.warn(
                    "segment=unfinished path={} (removed, its records are elsewhere) reason={}",
                    segment.path(),
                    entry.getValue().getMessage());
            store.delete(segment.path());
        }
        long end = holeAt;
        ColdLog cold = SegmentedLog.of(
                cache,
                segments.stream()
                        .filter(segment ->
                                segment.nextOffset() > logStart && segment.id().baseOffset() < end)
                        .toList());
        List<SegmentSummary> chain = SegmentedLog.summaries(cold);
        for (SegmentSummary segment : segments) {
            // Those behind a hole are left: when it is filled the next opening finds out which of them are needed.
            if (!chain.contains(segment) && segment.id().baseOffset() < end) {
                LOG.info(
                        "segment=not_needed path={} (removed)",
                        segment.location().path());
                remove(segment);
            }
        }
        if (chain.isEmpty()) {
            return new Opened(cold, null);
        }
        SegmentState known = catalog.state(chain.getLast());
        if (known != null) {
            return new Opened(cold, known);
        }
        try (SegmentLease last = cache.acquire(chain.getLast().location())) {
            return new Opened(
                    cold, new SegmentState(last.reader().epochs(), last.reader().producers()));
        }
    }

    /** Writes each cut into a segment, small ones into a pack that they share, and tells the partitions. */
    void write(List<FlushCut> cuts) {
        List<FlushCut> small = new ArrayList<>();
        for (FlushCut cut : cuts) {
            if (cuts.size() > 1 && cut.sizeBytes() < config.segmentFlushBytes()) {
                small.add(cut);
            } else {
                publish(cut, writeSegment(cut));
            }
        }
        if (small.size() == 1) {
            publish(small.getFirst(), writeSegment(small.getFirst()));
        } else if (!small.isEmpty()) {
            List<SegmentSummary> pieces = writePack(small);
            catalog.packed(pieces);
            awaitNote(notes.note(nextPack));
            for (int i = 0; i < pieces.size(); i++) {
                publish(small.get(i), pieces.get(i));
            }
        }
    }

    /** Until then the commit log must keep what is in the pack. */
    private static void awaitNote(CompletableFuture<Void> note) {
        try {
            note.get(NOTE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while a pack was noted in the commit log", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "A pack could not be noted in the commit log: " + e, e);
        }
    }

    private void publish(FlushCut cut, SegmentSummary segment) {
        PartitionLog log = cut.partition();
        if (!log.flushed(cut, SegmentedLog.append(cache, log.segments(), segment))) {
            // The partition went while its segment was written: a deleted topic's must not come back.
            if (log.deleted()) {
                remove(segment);
            }
        }
    }

    private SegmentSummary writeSegment(FlushCut cut) {
        SegmentId id = id(cut);
        try (SegmentWriter writer = createSegment(id)) {
            cut.entries().forEach(entry -> writer.append(entry.payload().duplicate()));
            return writer.finish(end(cut));
        }
    }

    /**
     * The name carries our epoch and offset, and we have not published it: where there is such a file, an attempt of ours
     * left it behind that failed. It may have been finished all the same, and the partition's next owner, of whom we need
     * not know yet, may have found it: so it stays where there are other nodes, until that one or a later one judges it.
     */
    private SegmentWriter createSegment(SegmentId id) {
        try {
            return SegmentWriter.create(store, id, format);
        } catch (WeirException e) {
            if (e.kind() != FaultKind.INVALID || (shared && id.generation() == SegmentId.MAX_GENERATION)) {
                throw e;
            }
            LOG.warn("segment=leftover path={} reason=\"{}\"", id.path(), e.getMessage());
            if (shared) {
                return createSegment(id.next());
            }
            store.delete(id.path());
            return SegmentWriter.create(store, id, format);
        }
    }

    private List<SegmentSummary> writePack(List<FlushCut> cuts) {
        // What an attempt that failed may have left goes first: only the last pack of a life may be unfinished.
        for (; firstUnfinished < nextPack; firstUnfinished++) {
            removeUnlessFinished(new PackId(nodeId, brokerEpoch, firstUnfinished));
        }
        PackId id = new PackId(nodeId, brokerEpoch, nextPack++);
        try (PackWriter writer = PackWriter.create(store, id, format)) {
            for (FlushCut cut : cuts) {
                SectionWriter section = writer.begin(id(cut));
                cut.entries().forEach(entry -> section.append(entry.payload().duplicate()));
                writer.end(end(cut));
            }
            List<SegmentSummary> pieces = writer.finish();
            firstUnfinished = nextPack;
            return pieces;
        }
    }

    /** One that was finished all the same may be in use by other nodes, which have taken partitions over. */
    private void removeUnlessFinished(PackId id) {
        if (shared) {
            try {
                FinishedFiles.pack(store, id);
                LOG.warn("pack=leftover path={} (finished, and left to whoever found it)", id.path());
                return;
            } catch (WeirException e) {
                if (e.kind() == FaultKind.INVALID) {
                    return; // it was never made
                }
                if (e.kind() != FaultKind.CORRUPT) {
                    throw e;
                }
            }
        }
        store.delete(id.path());
    }

    private static SegmentId id(FlushCut cut) {
        PartitionLog log = cut.partition();
        return new SegmentId(log.id().topicId(), log.id().partition(), cut.baseOffset(), cut.leaderEpoch(), 0);
    }

    private static SegmentEnd end(FlushCut cut) {
        return new SegmentEnd(cut.endOffset(), cut.epochs(), cut.aborted(), cut.producers());
    }

    /** Takes segments below the log start out of the partition and removes them. */
    void dropBelow(PartitionLog log, long offset) {
        ColdLog before = log.segments();
        List<SegmentSummary> dropped = SegmentedLog.summaries(before).stream()
                .filter(segment -> segment.nextOffset() <= offset)
                .toList();
        if (!dropped.isEmpty()) {
            if (shared) {
                // Who clears packs away goes by this.
                starts.write(log.id(), log.leaderEpoch(), offset);
            }
            log.segments(SegmentedLog.dropBelow(cache, before, offset));
            // Oldest first: what a crash leaves is dense.
            dropped.forEach(this::remove);
        }
    }

    /** Notes in the store where the log starts, for the next owner. */
    void noteStart(PartitionLog log) {
        if (log.logStartOffset() > 0) {
            starts.write(log.id(), log.leaderEpoch(), log.logStartOffset());
        }
    }

    /** Removes everything of a partition whose topic is gone. */
    void delete(PartitionLog log) {
        SegmentedLog.summaries(log.segments()).forEach(this::remove);
        delete(log.id());
    }

    /** Removes what the listing found of a partition whose topic is gone. */
    void delete(TopicIdPartition id) {
        if (shared) {
            catalog.take(id);
            store.list(SegmentId.prefix(id.topicId(), id.partition())).forEach(file -> {
                cache.invalidate(file.path());
                store.delete(file.path());
            });
        } else {
            discard(catalog.take(id));
        }
    }

    /** Removes what belongs to no topic and is older than {@code age}. */
    void collectOrphans(Set<Uuid> topicIds, Duration age) {
        for (SegmentCatalog.Found orphan : catalog.takeOrphans(topicIds, time.milliseconds() - age.toMillis())) {
            orphan.files().stream()
                    .findFirst()
                    .ifPresent(file -> LOG.info(
                            "orphan=removed first_path={} files={}",
                            file.path(),
                            orphan.files().size()));
            discard(orphan);
        }
    }

    private void discard(SegmentCatalog.Found found) {
        found.files().forEach(file -> store.delete(file.path()));
        found.pieces().forEach(this::remove);
    }

    private void remove(SegmentSummary segment) {
        SegmentLocation location = segment.location();
        if (!location.inPack() || (!shared && catalog.pieceDropped(location))) {
            cache.invalidate(location.path());
            store.delete(location.path());
        }
    }

    /** Removes what late writers have left of partitions that this node owns. Their thread is the flusher's. */
    void sweep(Collection<PartitionLog> owned) {
        if (shared) {
            new Sweeper(store, cache, time).sweep(owned);
        }
    }

    SegmentCache cache() {
        return cache;
    }

    void close() {
        cache.close();
    }
}
