package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.Partitions;
import io.weir.log.TopicDurability;
import io.weir.log.cache.BlockCache;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.commitlog.CommitLog;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.commitlog.CommitLogMetrics;
import io.weir.log.commitlog.CommitLogReader;
import io.weir.log.commitlog.LogEntry;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentCache;
import io.weir.log.tail.TailCache;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All partitions that this node owns, over one commit log, one tail cache and one store.
 *
 * <p>Life: {@link #recover} replays what earlier lives left; {@link #start} begins a commit log under the broker
 * epoch that the controller gave; then partitions come and go; {@link #close} ends with everything durable.
 */
public final class NodeLog implements Partitions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);

    private final Store store;
    private final NodeLogConfig config;
    private final Time time;
    private final ByteBufAllocator allocator;
    private final Uuid bootId;
    private final CommitLogMetrics commitMetrics;
    private final TailCache cache;
    private final AppendGate gate;
    private final BufferWindow window;
    private final LogContext context;
    private final PackNotes packNotes;
    private final @Nullable BlockCache blocks;
    private final Segments segments;
    private final Flusher flusher;
    private final StoreHealth health = new StoreHealth();
    private final StoreWatch watch;
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final LogThreads threads;

    private final Map<TopicPartition, PartitionLog> partitions = new ConcurrentHashMap<>();
    private final Departures departures = new Departures();
    private final LetGoEpochs released = new LetGoEpochs();
    private final Map<PartitionKey, Replayed> replayed = new ConcurrentHashMap<>();
    private final @Nullable TakeOvers takeOvers;
    private final Optional<Housekeeper> housekeeper;
    private List<CommitLogFile> earlierFiles = List.of();
    private int nodeId;
    private volatile @Nullable CommitLog commitLog;

    /**
     * @param allocator of direct, pooled buffers for what is read back
     * @param bootId of this machine's boot, or ZERO; see {@link CommitLogReader}
     * @param neighbours the other nodes that write to the store; empty when it is this node's alone
     */
    public NodeLog(
            Store store,
            NodeLogConfig config,
            Time time,
            PrometheusRegistry registry,
            ByteBufAllocator allocator,
            Uuid bootId,
            Optional<Neighbours> neighbours) {
        this(
                store,
                config,
                time,
                registry,
                allocator,
                bootId,
                neighbours,
                LogThreads.real(config.readCache().within(store.readAdvice()).maxLoads()));
    }

    /** With the threads of a simulation. */
    NodeLog(
            Store store,
            NodeLogConfig config,
            Time time,
            PrometheusRegistry registry,
            ByteBufAllocator allocator,
            Uuid bootId,
            Optional<Neighbours> neighbours,
            LogThreads threads) {
        this.threads = threads;
        this.store = store;
        this.config = config;
        this.time = time;
        this.allocator = allocator;
        this.bootId = bootId;
        this.commitMetrics = new CommitLogMetrics(registry);
        this.cache = new TailCache(config.tailCacheBytes());
        this.gate = new AppendGate(cache, threads.admitting(), config.maxWaitingAppends());
        this.window = new BufferWindow(config.commitLog().bufferWindowBytes());
        this.packNotes = new PackNotes(this::submit, this::commitWhereNoThreadDoes);
        ReadCacheConfig readCache = config.readCache().within(store.readAdvice());
        this.blocks = readCache.enabled() ? new BlockCache(readCache, threads.loading(), time, registry) : null;
        this.segments =
                new Segments(store, config, allocator, time, registry, packNotes, blocks, neighbours.isPresent());
        TakenNotes taken = new TakenNotes(store);
        this.takeOvers = neighbours
                .map(others -> new TakeOvers(
                        store,
                        segments,
                        allocator,
                        bootId,
                        others,
                        taken,
                        config.letGoPatience(),
                        time,
                        threads.blocking(),
                        ended::complete))
                .orElse(null);
        this.housekeeper = neighbours.map(others -> new Housekeeper(
                store,
                others.nodes(),
                Objects.requireNonNull(takeOvers),
                taken,
                new StoredStretches(store, segments.cache()),
                config.orphanAge(),
                time));
        NodeLogMetrics metrics = new NodeLogMetrics(this, time, registry);
        this.flusher = new Flusher(this, segments, config, metrics, time);
        this.watch = new StoreWatch(
                this::commitLog,
                gate,
                flusher,
                health,
                store.place(),
                config.commitLog().failAfter(),
                time);
        this.context = new LogContext(
                cache,
                allocator,
                gate,
                window,
                health,
                this::submit,
                new BatchValidator(time, metrics),
                threads.blocking(),
                metrics,
                new ReadAhead(readCache, threads.loading()),
                new ProducerStateManagerConfig(
                        Math.toIntExact(config.producerIdExpiration().toMillis()), false),
                config.maxTransactionTimeoutMs(),
                time);
    }

    private void submit(LogEntry entry) {
        CommitLog log = commitLog;
        if (log == null) {
            throw new WeirException(FaultKind.CLOSED, "The commit log has not been started");
        }
        log.submit(entry);
        if (cache.dirtyBytes() > flusher.triggerBytes()) {
            flusher.wake();
        }
    }

    /**
     * Seals and replays this node's earlier commit logs and lists the segments. Blocks. Among other nodes there is
     * nothing to do before partitions come: others may have taken what this node had.
     */
    public void recover(int ofNode) {
        long start = time.milliseconds();
        nodeId = ofNode;
        if (takeOvers != null) {
            return;
        }
        mustBeAlone();
        Map<PartitionKey, Replayed> found = new HashMap<>();
        ReplayedPartitions replay = new ReplayedPartitions(key -> found.computeIfAbsent(key, _ -> new Replayed()));
        earlierFiles = new CommitLogReader(store, allocator, bootId).replayNode(ofNode, replay);
        replayed.putAll(found);
        segments.load(lastLife(), lastLife().orElse(-1) == replay.lifeWithPacks() ? replay.completePacks() : 0);
        LOG.info(
                "log=recovered node={} commit_log_files={} partitions_with_replay={} segments={} took_ms={}",
                ofNode,
                earlierFiles.size(),
                found.size(),
                segments.count(),
                time.milliseconds() - start);
    }

    /** What another node acknowledged would be passed over in silence. */
    private void mustBeAlone() {
        for (CommitLogId life : CommitLogId.list(store)) {
            if (life.nodeId() != nodeId) {
                throw new WeirException(
                        FaultKind.INVALID,
                        "The store holds commit logs of node " + life.nodeId() + " (" + life.directory()
                                + "), and this node (node.id=" + nodeId
                                + ") was started alone: give it that id, or start it as part of that cluster");
            }
        }
    }

    /** The epoch of the life before this one, when it left a commit log. */
    private OptionalLong lastLife() {
        return earlierFiles.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(CommitLog.brokerEpoch(earlierFiles.getLast().path()));
    }

    private void commitWhereNoThreadDoes() {
        CommitLog log = commitLog;
        if (log != null && !threads.background()) {
            log.commitQueued();
        }
    }

    /** Begins this life's commit log. */
    public void start(long brokerEpoch) {
        CommitLog log = new CommitLog(
                store,
                config.commitLog(),
                commitMetrics,
                time,
                nodeId,
                brokerEpoch,
                bootId,
                takeOvers != null,
                earlierFiles);
        if (takeOvers != null) {
            takeOvers.start(new CommitLogId(nodeId, brokerEpoch), log::made);
            log.begin();
        }
        commitLog = log;
        segments.start(nodeId, brokerEpoch);
        if (threads.background()) {
            CompletionStage<Void> _ = log.ended().thenAccept(ended::complete);
            log.start();
            if (takeOvers != null) {
                // The first write to a file takes longest on some stores, and somebody would wait for it.
                CompletableFuture<Void> _ = packNotes.note(0);
            }
            flusher.start();
            watch.start();
        }
    }

    @Override
    public Optional<Partition> find(TopicPartition partition) {
        return Optional.ofNullable(partitions.get(partition));
    }

    @Override
    public Collection<Partition> all() {
        return List.copyOf(partitions.values());
    }

    /** What a partition holds in memory and in segments, for people; zeros when it is not here. */
    public Footprint footprint(TopicPartition partition) {
        PartitionLog log = partitions.get(partition);
        return log == null
                ? new Footprint(0, 0)
                : new Footprint(log.dirtyBytes(), log.segments().count());
    }

    /**
     * @param tailBytes of records that are in no segment yet
     * @param segments number of segments
     */
    public record Footprint(long tailBytes, int segments) {}

    /** What is wrong with the store, a sentence for people; empty while records can be made durable. */
    public Optional<String> trouble() {
        return health.trouble();
    }

    /**
     * Done when this log can never take a record again though nobody closed it: it was fenced, or a bug stopped it. The
     * process had better end, for whoever watches it to start it again.
     */
    public CompletionStage<Throwable> ended() {
        return ended.minimalCompletionStage();
    }

    /** Those that are owned and those that were: both have batches that the commit log waits to be rid of. */
    Collection<PartitionLog> logs() {
        List<PartitionLog> all = new ArrayList<>(partitions.values());
        all.addAll(departures.parked());
        return all;
    }

    @Override
    public synchronized CompletableFuture<Partition> own(
            TopicIdPartition id, int leaderEpoch, LogConfig logConfig, TopicDurability durability) {
        int releasedFor = released.of(id);
        if (leaderEpoch < releasedFor) {
            return CompletableFuture.failedFuture(new WeirException(
                    FaultKind.FENCED, id + " was let go for epoch " + releasedFor + ", before this node heard of it"));
        }
        released.taken(id);
        PartitionLog present = partitions.get(id.topicPartition());
        if (present != null
                && present.id().equals(id)
                && !present.retriable()
                && takeOvers != null
                && leaderEpoch > present.leaderEpoch() + 1) {
            // Between the two epochs another node may have owned it, and have taken this one for dead.
            CompletableFuture<Void> _ = resign(id, leaderEpoch);
        } else if (present != null && present.id().equals(id) && !present.retriable()) {
            present.raiseEpoch(leaderEpoch);
            present.configure(logConfig, durability);
            return present.opened();
        }
        if (takeOvers != null) {
            return ownAmongOthers(takeOvers, id, leaderEpoch, logConfig, durability);
        }
        PartitionLog kept = departures.takeBack(id);
        if (kept != null && !kept.retriable()) {
            kept.configure(logConfig, durability);
            kept.resume(leaderEpoch);
            partitions.put(id.topicPartition(), kept);
            return kept.opened();
        }
        PartitionLog made = new PartitionLog(id, leaderEpoch, logConfig, durability, context);
        partitions.put(id.topicPartition(), made);
        Replayed left = replayed.remove(PartitionKey.of(id));
        made.recovering("taking over at epoch " + leaderEpoch);
        if (left == null && !segments.has(id)) {
            made.recovered(EmptyColdLog.AT_ZERO, null, new Replayed());
        } else {
            threads.blocking().execute(() -> recover(made, left == null ? new Replayed() : left));
        }
        return made.opened();
    }

    private CompletableFuture<Partition> ownAmongOthers(
            TakeOvers from, TopicIdPartition id, int leaderEpoch, LogConfig logConfig, TopicDurability durability) {
        PartitionLog made = new PartitionLog(id, leaderEpoch, logConfig, durability, context);
        partitions.put(id.topicPartition(), made);
        made.recovering("taking over at epoch " + leaderEpoch);
        PartitionLog old = departures.parked(id);
        if (old != null) {
            // It leaves first, as if another node had taken it: one may have, in between.
            CompletableFuture<Void> _ = leave(old).thenRun(() -> from.begin(made));
        } else if (leaderEpoch == 0) {
            made.recovered(EmptyColdLog.AT_ZERO, null, new Replayed()); // nobody can have owned it before
        } else {
            from.begin(made);
        }
        return made.opened();
    }

    /**
     * Gives the partition up because another node is to own it under {@code newLeaderEpoch}.
     *
     * @return done when all of it is in segments, with the epoch under which it was open here; fails when it is owned here under this epoch or a later one, and when
     *     only the commit log has it, which others have sealed: they must read it
     */
    @Override
    public synchronized CompletableFuture<OptionalInt> release(TopicIdPartition id, int newLeaderEpoch) {
        if (takeOvers != null && commitLog == null) {
            // Who asks may mean the life before this one, of which nothing is known here.
            return CompletableFuture.failedFuture(
                    new WeirException(FaultKind.UNAVAILABLE, "This node has not begun its commit log yet"));
        }
        PartitionLog log = partitions.get(id.topicPartition());
        if (log != null && log.id().equals(id)) {
            if (log.leaderEpoch() >= newLeaderEpoch) {
                return CompletableFuture.failedFuture(new FencedLeaderEpochException(
                        id + " is owned here under epoch " + log.leaderEpoch() + ", not before " + newLeaderEpoch));
            }
            released.letGo(id, newLeaderEpoch);
            OptionalInt owned = log.openUnder();
            return resign(id, newLeaderEpoch).thenApply(_ -> owned);
        }
        released.letGo(id, newLeaderEpoch);
        PartitionLog old = departures.parked(id);
        if (old == null) {
            return CompletableFuture.completedFuture(released.leftUnder(id));
        }
        OptionalInt owned = old.openUnder();
        return leave(old).thenApply(_ -> owned);
    }

    private CompletableFuture<Void> leave(PartitionLog log) {
        CompletableFuture<Void> left = departures.leave(log);
        flusher.wake();
        return left;
    }

    /** All of it is in the store. */
    synchronized void left(PartitionLog log) {
        log.openUnder().ifPresent(epoch -> released.left(log.id(), epoch));
        log.close(State.CLOSING, "all of it is in segments, for its next owner");
        departures.left(log);
    }

    Departures departures() {
        return departures;
    }

    /** Notes what other nodes' commit logs are not needed for any more; partitions that still need one from before. */
    List<PartitionLog> settle(long sinceMs) {
        if (takeOvers == null) {
            return List.of();
        }
        Set<PartitionKey> overdue = takeOvers.settle(sinceMs);
        return partitions.values().stream()
                .filter(log -> overdue.contains(PartitionKey.of(log.id())))
                .toList();
    }

    Optional<Housekeeper> housekeeper() {
        return housekeeper;
    }

    private void recover(PartitionLog log, Replayed left) {
        Segments.Opened opened;
        try {
            opened = segments.open(log.id(), left);
        } catch (RuntimeException e) {
            // Nothing is taken yet: when the store answers again another attempt finds everything in its place.
            replayed.put(PartitionKey.of(log.id()), left);
            boolean again = e instanceof WeirException fault && fault.kind() == FaultKind.UNAVAILABLE;
            log.failed(e, again);
            return;
        }
        try {
            log.recovered(opened.cold(), opened.saved(), left);
            LOG.debug(
                    "partition={} recovered_to={} segments={}",
                    log.id(),
                    log.logEndOffset(),
                    opened.cold().count());
        } catch (RuntimeException e) {
            log.failed(e, false);
        }
    }

    @Override
    public synchronized CompletableFuture<Void> resign(TopicIdPartition id, int newLeaderEpoch) {
        PartitionLog log = partitions.get(id.topicPartition());
        if (log != null && log.id().equals(id) && log.leaderEpoch() < newLeaderEpoch) {
            partitions.remove(id.topicPartition(), log);
            departures.park(log);
            log.park("resigned at epoch " + newLeaderEpoch);
            if (takeOvers != null) {
                return leave(log);
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> delete(TopicIdPartition id) {
        released.taken(id);
        PartitionLog log = partitions.get(id.topicPartition());
        if (log != null && log.id().equals(id)) {
            partitions.remove(id.topicPartition(), log);
        } else {
            log = departures.takeBack(id);
        }
        Replayed left = replayed.remove(PartitionKey.of(id));
        if (left != null) {
            left.discard();
        }
        if (log == null) {
            return CompletableFuture.runAsync(() -> segments.delete(id), threads.blocking());
        }
        PartitionLog deleted = log;
        deleted.deleted("the topic was deleted");
        return CompletableFuture.runAsync(() -> segments.delete(deleted), threads.blocking());
    }

    /** The metadata had these topics, and has them no longer: nothing need be known of what was let go of them. */
    public synchronized void topicsEnded(Collection<Uuid> topicIds) {
        released.ended(topicIds);
    }

    /**
     * What earlier lives left of partitions that no topic has any more: their share of the commit log is let go at
     * once, their segments when they are older than {@link NodeLogConfig#orphanAge}. Called when the node knows all
     * topics.
     */
    public void discardOrphans(Set<Uuid> topicIds) {
        if (takeOvers != null) {
            return; // one node keeps house for all
        }
        replayed.forEach((key, left) -> {
            if (!topicIds.contains(key.topicId()) && replayed.remove(key, left)) {
                LOG.info("orphan=discarded topic_id={} partition={} from=commit_log", key.topicId(), key.partition());
                left.discard();
            }
        });
        segments.collectOrphans(topicIds, config.orphanAge());
    }

    /** Writes everything that is in no segment yet into segments; returns when it is done. For tests and shutdown tools. */
    public void flushAll() {
        flusher.flushAll();
    }

    /** Runs what the timer runs: retention, expiry of producers, release of commit log files. */
    public void maintain() {
        flusher.maintain();
    }

    /**
     * Writes to segments what is only in the commit log, while partitions are served, so that little is left to be written
     * when they leave. Of use where there are other nodes. Blocks.
     */
    public void prepareToLeave() {
        if (takeOvers != null && commitLog != null) {
            flusher.flushAll();
        }
    }

    /** Ends with everything that was appended durable. Blocks. */
    @Override
    public void close() {
        watch.close();
        flusher.close();
        CommitLog log = commitLog;
        if (log != null) {
            log.close();
        }
        for (PartitionLog partition : logs()) {
            partition.close(State.CLOSING, "the node shuts down");
        }
        partitions.clear();
        departures.close();
        replayed.values().forEach(Replayed::discard);
        replayed.clear();
        threads.close();
        segments.close();
        if (blocks != null) {
            blocks.close();
        }
    }

    Optional<CommitLog> commitLog() {
        return Optional.ofNullable(commitLog);
    }

    StoreHealth health() {
        return health;
    }

    PackNotes packNotes() {
        return packNotes;
    }

    Flusher flusher() {
        return flusher;
    }

    TailCache cache() {
        return cache;
    }

    /** Null when it is turned off. */
    @Nullable
    BlockCache blocks() {
        return blocks;
    }

    /** Open segments of the store, for whoever reads partitions that this node does not own. */
    public SegmentCache segmentCache() {
        return segments.cache();
    }

    AppendGate gate() {
        return gate;
    }

    BufferWindow window() {
        return window;
    }
}
