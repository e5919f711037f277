package io.weir.log.partition;

import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.WeirException;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus;
import io.weir.log.PartitionStatus.State;
import io.weir.log.ReadResult;
import io.weir.log.TopicDurability;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.LogEntry;
import io.weir.log.segment.AbortedTransactionEntry;
import io.weir.log.segment.SegmentState;
import io.weir.log.tail.TailCache;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition on its owner. Its monitor guards everything mutable and is held for microseconds, never across input
 * or output (docs/adr/0004): the order in which batches pass it is the order of their offsets and of their entries in
 * the commit log.
 */
public final class PartitionLog implements Partition, LogEntry.Target, TailCache.Evictable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);
    private static final int BASE_OFFSET_POSITION = 0;
    private static final int LEADER_EPOCH_POSITION = 12;

    private final TopicIdPartition id;
    private final LogContext context;
    private final AccountedTail tail;
    private final PartitionReads reads;
    private final Admission admission;
    private final ProducerStates producers;
    private final LeaderEpochs epochs = new LeaderEpochs();
    private final List<AbortedTransactionEntry> aborted = new ArrayList<>();
    private final List<Runnable> awaitingRecovery = new ArrayList<>();
    private volatile CompletableFuture<Partition> opened = new CompletableFuture<>();
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet(1);

    private volatile LogConfig config;
    private volatile TopicDurability durability;
    private volatile int leaderEpoch;
    private volatile PartitionStatus status;
    private volatile long logStart;
    private volatile long highWatermark;
    private volatile long lastStable;
    private volatile long logEnd;
    private volatile ColdLog cold;
    private volatile boolean deleted;
    private boolean restored;
    private boolean parked;
    private boolean ended;
    private boolean retriable;
    private @Nullable CommitLogFile logStartFile;
    /** Of the commit thread: whether this flush advanced this partition. */
    private boolean advanced;

    /** Assigned, not yet recovered. */
    public PartitionLog(
            TopicIdPartition id, int leaderEpoch, LogConfig config, TopicDurability durability, LogContext context) {
        this.id = id;
        this.context = context;
        this.tail = new AccountedTail(context.cache(), context.allocator());
        this.admission = new Admission(this, context);
        this.reads = new PartitionReads(this, context.blocking(), context.reads(), context.readAhead());
        this.leaderEpoch = leaderEpoch;
        this.config = config;
        this.durability = durability;
        this.producers = new ProducerStates(
                id.topicPartition(), context.producers(), context.maxTransactionTimeoutMs(), context.time());
        this.cold = EmptyColdLog.AT_ZERO;
        this.status = new PartitionStatus(
                State.ASSIGNED,
                "named owner at epoch " + leaderEpoch,
                context.time().milliseconds());
    }

    @Override
    public TopicIdPartition id() {
        return id;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public PartitionStatus status() {
        return status;
    }

    @Override
    public LogConfig config() {
        return config;
    }

    @Override
    public void configure(LogConfig newConfig, TopicDurability newDurability) {
        config = newConfig;
        durability = newDurability;
    }

    @Override
    public long logStartOffset() {
        return logStart;
    }

    @Override
    public long highWatermark() {
        return highWatermark;
    }

    @Override
    public long logEndOffset() {
        return logEnd;
    }

    @Override
    public long lastStableOffset() {
        return lastStable;
    }

    @Override
    public synchronized long sizeBytes() {
        return cold.sizeBytes() + tail.dirtyBytes();
    }

    // ---- append

    @Override
    public CompletableFuture<Appended> append(
            MemoryRecords records,
            ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener) {
        return admission.append(records, owner, origin, transactionVersion, listener);
    }

    @Override
    public Appended appendNow(
            MemoryRecords records, AppendOrigin origin, short transactionVersion, AppendListener listener) {
        return admission.appendNow(records, origin, transactionVersion, listener);
    }

    /** Keeps {@code admit} for the end of recovery; false when that is not what the partition is doing. */
    synchronized boolean awaitRecovery(Runnable admit) {
        boolean recovering = status.state() == State.ASSIGNED || status.state() == State.RECOVERING;
        return recovering && awaitingRecovery.add(admit);
    }

    /** Room for the draft is reserved: gives offsets and hands over, or gives the room back and throws. */
    Appended enter(Draft draft) {
        boolean kept = false;
        boolean acknowledgedEarly = false;
        Appended appended;
        AppendListener tellNow = null;
        try {
            synchronized (this) {
                mustBeWritable();
                BatchMetadata duplicate = draft.origin() == AppendOrigin.CLIENT
                        ? producers.duplicateOf(draft.valid().batches().getFirst())
                        : null;
                if (duplicate != null) {
                    appended = repeated(duplicate, draft.listener());
                    tellNow = appended.nextOffset() <= highWatermark ? draft.listener() : null;
                } else {
                    context.health().admit();
                    acknowledgedEarly = durability == TopicDurability.BUFFER
                            && context.window().open(draft.valid().records().sizeInBytes());
                    long first = logEnd;
                    assign(draft, acknowledgedEarly);
                    kept = true;
                    appended = new Appended(first, logEnd, draft.valid().logAppendTimeMs(), logStart, false);
                    tellNow = acknowledgedEarly ? draft.listener() : null;
                }
            }
        } finally {
            if (!kept) {
                if (acknowledgedEarly) {
                    context.window().close(draft.valid().records().sizeInBytes());
                }
                context.cache().releaseDirty(draft.chargeBytes());
                context.gate().roomMade();
            }
        }
        if (tellNow != null) {
            tellNow.acknowledged();
        }
        return appended;
    }

    private void mustBeWritable() {
        if (status.state() != State.WRITABLE) {
            throw new NotLeaderOrFollowerException(
                    id + " is not writable here: " + status.state() + " (" + status.reason() + ")");
        }
    }

    /** The batch is here already: its offsets, and an answer when the first one is durable. */
    private Appended repeated(BatchMetadata known, AppendListener listener) {
        if (known.lastOffset() >= highWatermark) {
            tail.at(known.firstOffset()).addListener(listener);
        }
        return new Appended(known.firstOffset(), known.lastOffset() + 1, known.timestamp(), logStart, true);
    }

    private void assign(Draft draft, boolean acknowledgedEarly) {
        ByteBuffer bytes = draft.valid().records().buffer();
        int left = draft.valid().batches().size();
        int position = bytes.position();
        for (MutableRecordBatch batch : draft.valid().batches()) {
            int size = batch.sizeInBytes();
            long base = logEnd;
            long next = base + (batch.lastOffset() - batch.baseOffset()) + 1;
            bytes.putLong(position + BASE_OFFSET_POSITION, base);
            bytes.putInt(position + LEADER_EPOCH_POSITION, leaderEpoch);
            ProducerStates.Prepared prepared = producers.prepare(batch, draft.origin(), draft.transactionVersion());
            left--;
            LogEntry entry = LogEntry.data(
                    this,
                    leaderEpoch,
                    base,
                    next,
                    batch.maxTimestamp(),
                    bytes.slice(position, size),
                    draft.owner() == null ? null : draft.owner().retain(),
                    left == 0 ? listenerOf(draft, acknowledgedEarly) : null);
            try {
                context.sink().submit(entry);
            } catch (WeirException e) {
                entry.free();
                throw new NotLeaderOrFollowerException(e.getMessage(), e);
            }
            if (prepared != null) {
                producers.apply(prepared).ifPresent(aborted::add);
            }
            epochs.saw(leaderEpoch, base);
            tail.add(entry);
            logEnd = next;
            position += size;
        }
    }

    private AppendListener listenerOf(Draft draft, boolean acknowledgedEarly) {
        return acknowledgedEarly
                ? new EarlyAcknowledged(
                        context.window(), draft.valid().records().sizeInBytes(), id)
                : draft.listener();
    }

    // ---- told by the commit thread

    @Override
    public void committed(LogEntry entry) {
        AppendListener listener;
        CommitLogFile superseded = null;
        synchronized (this) {
            listener = entry.takeListener();
            if (entry.kind() == LogEntry.Kind.LOG_START) {
                superseded = logStartFile;
                logStartFile = entry.file();
                startAt(entry.baseOffset());
            } else if (entry.nextOffset() > highWatermark) {
                highWatermark = entry.nextOffset();
                tail.durable(entry);
                producers.highWatermark(highWatermark);
                lastStable =
                        Math.min(highWatermark, producers.firstUnstableOffset().orElse(Long.MAX_VALUE));
                advanced = true;
            }
        }
        if (superseded != null) {
            superseded.unpin();
        }
        if (listener != null) {
            listener.acknowledged();
        }
    }

    @Override
    public void settled() {
        if (advanced) {
            advanced = false;
            if (!watchers.isEmpty()) {
                long to = highWatermark;
                for (Watcher watcher : watchers) {
                    watcher.onHighWatermark(this, to);
                }
            }
        }
    }

    @Override
    public void delayed(LogEntry entry, RuntimeException cause) {
        AppendListener listener;
        synchronized (this) {
            listener = entry.takeListener();
        }
        if (listener != null) {
            listener.failed(context.health().refusal(cause));
        }
    }

    @Override
    public void abandoned(LogEntry entry, RuntimeException cause) {
        AppendListener listener;
        synchronized (this) {
            listener = entry.takeListener();
        }
        if (listener != null) {
            listener.failed(new NotLeaderOrFollowerException(cause.getMessage(), cause));
        }
        close(State.FENCED, String.valueOf(cause.getMessage()));
    }

    // ---- read

    @Override
    public CompletableFuture<ReadResult> read(
            long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        return reads.read(offset, maxBytes, minOneBatch, isolation);
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findByTimestamp(long timestampMs, IsolationLevel isolation) {
        return reads.findByTimestamp(timestampMs, isolation);
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findMaxTimestamp() {
        return reads.findMaxTimestamp();
    }

    /** Whether {@code offset} is in memory (or at the end), and the bytes if it is. */
    synchronized TailRead readTail(long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        if (status.state() != State.WRITABLE) {
            return new TailRead(new ReadResult.NotOwner(), LeasedRecords.EMPTY, cold, 0);
        }
        if (offset < logStart || offset > highWatermark) {
            return new TailRead(new ReadResult.OutOfRange(logStart, highWatermark), LeasedRecords.EMPTY, cold, 0);
        }
        long end = isolation == IsolationLevel.READ_COMMITTED ? lastStable : highWatermark;
        if (offset < end && offset < tail.firstOffset(logEnd)) {
            return new TailRead(null, LeasedRecords.EMPTY, cold, end);
        }
        LeasedRecords records = offset >= end ? LeasedRecords.EMPTY : tail.read(offset, end, maxBytes, minOneBatch);
        return new TailRead(found(records, List.of()), records, cold, end);
    }

    /**
     * @param result null when the bytes are in segments
     * @param end first offset that this reader may not see
     */
    record TailRead(@Nullable ReadResult result, LeasedRecords records, ColdLog segments, long end) {}

    ReadResult.Found found(LeasedRecords records, List<AbortedTransaction> transactions) {
        return new ReadResult.Found(records, highWatermark, lastStable, logStart, transactions);
    }

    /** Aborted transactions that ended in no segment yet and overlap the offsets. */
    synchronized List<AbortedTransaction> recentlyAborted(long from, long to) {
        List<AbortedTransaction> found = new ArrayList<>();
        for (AbortedTransactionEntry transaction : aborted) {
            if (transaction.lastOffset() >= from && transaction.firstOffset() < to) {
                found.add(new AbortedTransaction()
                        .setProducerId(transaction.producerId())
                        .setFirstOffset(transaction.firstOffset()));
            }
        }
        return found;
    }

    /** Leases of the tail's batches that pass, oldest first, each to be released by the taker. */
    synchronized List<LeasedRecords> leaseTail(long from, long end, LongPredicate wanted) {
        return tail.lease(from, end, wanted);
    }

    @Override
    public synchronized EpochEnd endOffsetFor(int requestedEpoch) {
        return epochs.endOffset(requestedEpoch, leaderEpoch, logStart, logEnd);
    }

    @Override
    public synchronized int latestEpoch() {
        return epochs.latest(leaderEpoch);
    }

    @Override
    public synchronized int epochAt(long offset) {
        return offset >= logEnd ? leaderEpoch : epochs.at(offset, leaderEpoch);
    }

    @Override
    public synchronized List<ProducerState> activeProducers() {
        return producers.describe();
    }

    // ---- the log's start

    @Override
    public CompletableFuture<Long> deleteRecordsBefore(long offset) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        synchronized (this) {
            long target = offset == -1 ? highWatermark : offset;
            if (status.state() != State.WRITABLE) {
                return CompletableFuture.failedFuture(new NotLeaderOrFollowerException(id + " is " + status.state()));
            }
            if (target < 0 || target > highWatermark) {
                return CompletableFuture.failedFuture(new OffsetOutOfRangeException("The offset " + target + " of " + id
                        + " is not between 0 and the high watermark " + highWatermark));
            }
            if (target <= logStart) {
                return CompletableFuture.completedFuture(logStart);
            }
            submitLogStart(target, new AppendListener() {
                @Override
                public void acknowledged() {
                    done.complete(logStart);
                }

                @Override
                public void failed(Exception cause) {
                    done.completeExceptionally(cause);
                }
            });
        }
        return done;
    }

    private void submitLogStart(long offset, AppendListener listener) {
        try {
            context.sink().submit(LogEntry.logStart(this, leaderEpoch, offset, listener));
        } catch (WeirException e) {
            listener.failed(new NotLeaderOrFollowerException(e.getMessage(), e));
        }
    }

    /** In memory, after it is durable. */
    private void startAt(long offset) {
        if (offset > logStart) {
            logStart = offset;
            epochs.truncateBefore(offset);
            aborted.removeIf(transaction -> transaction.lastOffset() < offset);
            tail.startAt(offset);
            lastStable = Math.max(lastStable, logStart);
        }
    }

    // ---- tail cache and segments

    @Override
    public synchronized long evictBelow(long offset) {
        return tail.evictBelow(offset);
    }

    /**
     * Everything that is in no segment yet, held for writing one; null when there is nothing. The producers' states
     * are those at the end of it, so the taker waits until the high watermark is there before it writes.
     */
    @Nullable
    FlushCut cut() {
        synchronized (this) {
            if (ended || !restored || !tail.isDirty()) {
                return null;
            }
            return new FlushCut(
                    this,
                    leaderEpoch,
                    tail.holdDirty(logEnd),
                    logEnd,
                    producers.snapshot(),
                    epochs.all(),
                    List.copyOf(aborted));
        }
    }

    /** The cut is in a segment, and {@code segments} has it: its batches may be evicted, its commit log files go. False when the partition is gone. */
    boolean flushed(FlushCut cut, ColdLog segments) {
        long bytes;
        synchronized (this) {
            if (ended) {
                return false;
            }
            cold = segments;
            bytes = tail.flushed(cut.endOffset());
            aborted.removeIf(transaction -> transaction.lastOffset() < cut.endOffset());
        }
        context.cache().clean(this, cut.endOffset(), bytes);
        context.gate().roomMade();
        return true;
    }

    /** Segments were removed or merged. */
    synchronized void segments(ColdLog segments) {
        cold = segments;
    }

    long nowMs() {
        return context.time().milliseconds();
    }

    /** The segments as of now. */
    ColdLog segments() {
        return cold;
    }

    /** Bytes that are in no segment yet. */
    synchronized long dirtyBytes() {
        return tail.dirtyBytes();
    }

    /** The oldest commit log file that holds something of this partition which is in no segment. */
    synchronized Optional<CommitLogFile> oldestFile() {
        return tail.oldestFile();
    }

    /** Where the log start was last noted, when that note is still needed. */
    synchronized Optional<CommitLogFile> logStartFile() {
        return Optional.ofNullable(logStartFile);
    }

    /**
     * Notes the log start again, in the current file. It is never left out, though a segment may begin there: a pack
     * that others still need may hold records from before it.
     */
    synchronized void renewLogStart() {
        if (logStartFile != null && !ended) {
            submitLogStart(logStart, IgnoredListener.INSTANCE);
        }
    }

    /** Batches of the tail whose newest record is older than {@code beforeMs}: the offset behind them, else the log start. */
    synchronized long tailOlderThan(long beforeMs) {
        return tail.olderThan(beforeMs, Math.max(logStart, cold.nextOffset()), highWatermark);
    }

    /** Forgets producers that have been idle too long. */
    synchronized void expireProducers(long nowMs) {
        producers.expire(nowMs);
    }

    // ---- life

    /** A higher epoch for the same owner (KRAFT.md rule 9). False when it is not higher. */
    synchronized boolean raiseEpoch(int epoch) {
        if (epoch <= leaderEpoch) {
            return false;
        }
        leaderEpoch = epoch;
        return true;
    }

    synchronized void recovering(String reason) {
        move(State.RECOVERING, reason);
    }

    /** Done when the partition is writable; failed when it cannot be. */
    CompletableFuture<Partition> opened() {
        return opened;
    }

    /**
     * Recovery could not even begin or broke off.
     *
     * @param again nothing has been taken from store and commit log: a later attempt may go better
     */
    void failed(RuntimeException cause, boolean again) {
        List<Runnable> waiting;
        synchronized (this) {
            if (ended) {
                return;
            }
            retriable = again;
            move(State.FAILED, String.valueOf(cause.getMessage()));
            waiting = takeAwaitingRecovery();
        }
        waiting.forEach(Runnable::run);
        opened.completeExceptionally(cause);
    }

    /** FAILED in a way that another recovery may mend. */
    synchronized boolean retriable() {
        return retriable && status.state() == State.FAILED;
    }

    /**
     * Takes what segments and commit log hold and becomes writable; appends that waited go on.
     *
     * @param saved of the last segment; null when there is none
     * @throws WeirException CORRUPT when an acknowledged record is missing; the caller says {@link #failed}
     */
    void recovered(ColdLog segments, @Nullable SegmentState saved, Replayed replayed) {
        List<Runnable> waiting;
        synchronized (this) {
            if (ended) {
                replayed.discard();
                return;
            }
            try {
                restore(segments, saved, replayed);
            } catch (RuntimeException e) {
                tail.forget();
                throw e;
            }
            restored = true;
            if (parked) {
                return;
            }
            move(State.WRITABLE, "recovered at offset " + logEnd);
            waiting = takeAwaitingRecovery();
        }
        opened.complete(this);
        waiting.forEach(Runnable::run);
    }

    private List<Runnable> takeAwaitingRecovery() {
        List<Runnable> waiting = List.copyOf(awaitingRecovery);
        awaitingRecovery.clear();
        return waiting;
    }

    /**
     * Stops serving but keeps everything, pins of commit log files included: this node may be given the partition
     * back, and until its batches are in segments the commit log is the only place that has them.
     */
    void park(String reason) {
        List<Runnable> waiting;
        synchronized (this) {
            if (ended || parked) {
                return;
            }
            parked = true;
            if (status.state() != State.FAILED) {
                move(State.CLOSING, reason);
            }
            waiting = takeAwaitingRecovery();
        }
        waiting.forEach(Runnable::run);
        opened.completeExceptionally(new NotLeaderOrFollowerException(id + ": " + reason));
        tellClosed();
    }

    /** Parked, and nothing of it is in this node's memory or commit log alone. */
    synchronized boolean settledInStore() {
        return ended || status.state() == State.FAILED || (restored && !tail.isDirty());
    }

    /** The epoch under which this node has all of it; empty when it has not been recovered, or has failed. */
    synchronized OptionalInt openUnder() {
        return restored && !ended && status.state() != State.FAILED ? OptionalInt.of(leaderEpoch) : OptionalInt.empty();
    }

    /** Given back under a higher epoch: goes on where it was. */
    void resume(int epoch) {
        synchronized (this) {
            parked = false;
            leaderEpoch = Math.max(leaderEpoch, epoch);
            if (status.state() == State.FAILED) {
                return;
            }
            opened = restored ? CompletableFuture.completedFuture(this) : new CompletableFuture<>();
            move(restored ? State.WRITABLE : State.RECOVERING, "given back at epoch " + epoch);
        }
    }

    private void restore(ColdLog segments, @Nullable SegmentState saved, Replayed replayed) {
        cold = segments;
        logStart = Math.max(segments.firstOffset(), replayed.logStart());
        logStartFile = replayed.logStartFile();
        logEnd = Math.max(segments.nextOffset(), logStart);
        if (saved != null) {
            saved.epochs().forEach(start -> epochs.saw(start.epoch(), start.startOffset()));
            saved.producers().forEach(producers::restore);
        }
        for (Replayed.Batch batch : replayed.batches()) {
            if (batch.nextOffset() <= logEnd) {
                batch.discard();
            } else if (batch.baseOffset() > logEnd) {
                throw Replayed.gap(id, logEnd, batch.baseOffset(), replayed.damage());
            } else {
                LogEntry entry = batch.entry(this);
                context.cache().reserveAnyway(TailCache.charge(entry.sizeBytes()));
                producers.replay(batch.read()).ifPresent(aborted::add);
                epochs.saw(batch.leaderEpoch(), batch.baseOffset());
                tail.add(entry);
                logEnd = batch.nextOffset();
            }
        }
        if (replayed.damage() != null) {
            throw Replayed.damaged(id, replayed.damage());
        }
        tail.allDirty();
        epochs.truncateBefore(logStart);
        highWatermark = logEnd;
        producers.highWatermark(highWatermark);
        lastStable = Math.min(highWatermark, producers.firstUnstableOffset().orElse(Long.MAX_VALUE));
    }

    /** Ends for good: memory is freed, whoever waits is told. */
    void close(State last, String reason) {
        List<Runnable> waiting;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            move(last, reason);
            waiting = takeAwaitingRecovery();
            tail.startAt(Long.MAX_VALUE);
            if (logStartFile != null) {
                logStartFile.unpin();
                logStartFile = null;
            }
        }
        waiting.forEach(Runnable::run);
        opened.completeExceptionally(new NotLeaderOrFollowerException(id + ": " + reason));
        context.gate().roomMade();
        tellClosed();
    }

    private void tellClosed() {
        for (Watcher watcher : List.copyOf(watchers)) {
            if (watchers.remove(watcher)) {
                watcher.onClosed(this);
            }
        }
    }

    /** The topic is gone for good. */
    boolean deleted() {
        return deleted;
    }

    void deleted(String reason) {
        deleted = true;
        close(State.CLOSING, reason);
    }

    private boolean serving() {
        State state = status.state();
        return state == State.WRITABLE || state == State.RECOVERING || state == State.ASSIGNED;
    }

    @Override
    public void watch(Watcher watcher) {
        watchers.add(watcher);
        if (!serving() && watchers.remove(watcher)) {
            watcher.onClosed(this);
        }
    }

    @Override
    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    private void move(State to, String reason) {
        status = new PartitionStatus(to, reason, context.time().milliseconds());
        if (to == State.FAILED) {
            LOG.error("partition={} state={} epoch={} reason=\"{}\"", id, to, leaderEpoch, reason);
        } else {
            LOG.info("partition={} state={} epoch={} reason=\"{}\"", id, to, leaderEpoch, reason);
        }
    }
}
