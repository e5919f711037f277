package io.weir.broker.fake;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.broker.records.BatchHeader;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus;
import io.weir.log.PartitionStatus.State;
import io.weir.log.ReadResult;
import io.weir.log.TopicDurability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/** A log in memory whose every step a test can hold, fail and count. */
public final class FakePartition implements Partition {
    private record Batch(long firstOffset, long nextOffset, ByteBuffer bytes) {}

    private final TopicIdPartition id;
    private final List<Batch> batches = new ArrayList<>();
    private final List<AppendListener> uncommitted = new ArrayList<>();
    private final List<Runnable> thaws = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private long logEnd;

    public final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    public final AtomicInteger openLeases = new AtomicInteger();
    public final AtomicInteger reads = new AtomicInteger();
    public final AtomicInteger watches = new AtomicInteger();
    public final List<ReferenceCounted> owners = new ArrayList<>();

    /** Acknowledge and raise the high watermark within append. */
    public volatile boolean autoCommit = true;
    /** Appends wait for {@link #releaseAppends}. */
    public volatile boolean holdAppends;
    /** Reads wait for {@link #thaw}. */
    public volatile boolean cold;
    /** Runs once, between a read and its return. */
    public volatile @Nullable Runnable afterRead;
    /** The next appends fail with it. */
    public volatile @Nullable RuntimeException appendFault;
    /** The next reads fail with it. */
    public volatile @Nullable RuntimeException readFault;
    /** The answer to the next append: a repeated batch. */
    public volatile @Nullable Appended duplicateOf;

    public volatile int leaderEpoch;
    public volatile long logStart;
    public volatile long highWatermark;
    public volatile long lastStable = Long.MAX_VALUE;
    public volatile State state = State.WRITABLE;
    public volatile LogConfig config;
    public volatile TopicDurability durability = TopicDurability.DURABLE;
    public volatile List<AbortedTransaction> aborted = List.of();
    public volatile List<ProducerState> producers = List.of();
    public volatile Map<Integer, Long> epochEnds = Map.of();
    public volatile CompletableFuture<Optional<TimestampAndOffset>> byTimestamp =
            CompletableFuture.completedFuture(Optional.empty());
    public volatile CompletableFuture<Optional<TimestampAndOffset>> maxTimestamp =
            CompletableFuture.completedFuture(Optional.empty());
    public volatile @Nullable CompletableFuture<Long> deletion;

    public FakePartition(TopicIdPartition id, int leaderEpoch) {
        this.id = id;
        this.leaderEpoch = leaderEpoch;
        this.config = new LogConfig(Map.of());
    }

    /** Appends durably, as a producer elsewhere would. */
    public void put(MemoryRecords records) {
        putUncommitted(records);
        commit();
    }

    /** Appends; {@link #commit} makes it durable. */
    public void putUncommitted(MemoryRecords records) {
        boolean before = autoCommit;
        autoCommit = false;
        place(records, new AppendListener() {
            @Override
            public void acknowledged() {}

            @Override
            public void failed(Exception cause) {
                throw new AssertionError(cause);
            }
        });
        autoCommit = before;
    }

    /** Makes all that was appended durable. */
    public void commit() {
        List<AppendListener> acknowledged;
        synchronized (this) {
            acknowledged = List.copyOf(uncommitted);
            uncommitted.clear();
            highWatermark = logEnd;
        }
        acknowledged.forEach(AppendListener::acknowledged);
        watchers.forEach(watcher -> watcher.onHighWatermark(this, highWatermark));
    }

    /** The appends that are not durable fail. */
    public void failCommit(Exception cause) {
        List<AppendListener> failed;
        synchronized (this) {
            failed = List.copyOf(uncommitted);
            uncommitted.clear();
        }
        failed.forEach(listener -> listener.failed(cause));
    }

    /** Lets held appends go on. */
    public void releaseAppends() {
        holdAppends = false;
        List.copyOf(held).forEach(Runnable::run);
        held.clear();
    }

    /** The store answers the cold reads. */
    public void thaw() {
        cold = false;
        List<Runnable> ready = List.copyOf(thaws);
        thaws.clear();
        ready.forEach(Runnable::run);
    }

    /** This node loses it. */
    public void close() {
        state = State.FENCED;
        List<Watcher> told = List.copyOf(watchers);
        watchers.clear();
        told.forEach(watcher -> watcher.onClosed(this));
    }

    @Override
    public CompletableFuture<Appended> append(
            MemoryRecords records,
            ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener) {
        owner.retain();
        owners.add(owner);
        if (holdAppends) {
            CompletableFuture<Appended> later = new CompletableFuture<>();
            held.add(() -> {
                try {
                    later.complete(place(records, listener));
                } catch (RuntimeException fault) {
                    later.completeExceptionally(fault);
                }
            });
            return later;
        }
        try {
            return CompletableFuture.completedFuture(place(records, listener));
        } catch (RuntimeException fault) {
            owner.release();
            return CompletableFuture.failedFuture(fault);
        }
    }

    private Appended place(MemoryRecords records, AppendListener listener) {
        if (appendFault != null) {
            throw appendFault;
        }
        Appended appended;
        synchronized (this) {
            uncommitted.add(listener);
            if (duplicateOf != null) {
                appended = duplicateOf;
            } else {
                ByteBuffer bytes = records.buffer();
                long first = logEnd;
                bytes.putLong(0, first);
                logEnd = BatchHeader.nextOffset(bytes, 0);
                batches.add(new Batch(first, logEnd, bytes));
                appended = new Appended(first, logEnd, -1, logStart, false);
            }
        }
        if (autoCommit) {
            commit();
        }
        return appended;
    }

    @Override
    public Appended appendNow(
            MemoryRecords records, AppendOrigin origin, short transactionVersion, AppendListener listener) {
        return place(records, listener);
    }

    @Override
    public CompletableFuture<ReadResult> read(
            long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        reads.incrementAndGet();
        if (cold) {
            CompletableFuture<ReadResult> later = new CompletableFuture<>();
            thaws.add(() -> {
                CompletableFuture<?> _ = readNow(offset, maxBytes, minOneBatch, isolation)
                        .whenComplete((found, fault) -> {
                            if (fault == null) {
                                later.complete(found);
                            } else {
                                later.completeExceptionally(fault);
                            }
                        });
            });
            return later;
        }
        CompletableFuture<ReadResult> result = readNow(offset, maxBytes, minOneBatch, isolation);
        Runnable next = afterRead;
        afterRead = null;
        if (next != null) {
            next.run();
        }
        return result;
    }

    private synchronized CompletableFuture<ReadResult> readNow(
            long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        if (readFault != null) {
            return CompletableFuture.failedFuture(readFault);
        }
        if (state == State.FENCED) {
            return CompletableFuture.completedFuture(new ReadResult.NotOwner());
        }
        if (offset < logStart || offset > highWatermark) {
            return CompletableFuture.completedFuture(new ReadResult.OutOfRange(logStart, highWatermark));
        }
        long end = isolation == IsolationLevel.READ_COMMITTED ? lastStableOffset() : highWatermark;
        List<ByteBuffer> buffers = new ArrayList<>();
        int size = 0;
        for (Batch batch : batches) {
            if (batch.nextOffset() > offset && batch.nextOffset() <= end) {
                boolean fits = size + batch.bytes().remaining() <= maxBytes;
                if (!fits && !(buffers.isEmpty() && minOneBatch)) {
                    break;
                }
                buffers.add(batch.bytes().duplicate());
                size += batch.bytes().remaining();
            }
        }
        LeasedRecords records = buffers.isEmpty() ? LeasedRecords.EMPTY : new LeasedRecords(buffers, List.of(lease()));
        return CompletableFuture.completedFuture(new ReadResult.Found(
                records,
                highWatermark,
                lastStableOffset(),
                logStart,
                isolation == IsolationLevel.READ_COMMITTED ? aborted : List.of()));
    }

    private ReferenceCounted lease() {
        openLeases.incrementAndGet();
        return new AbstractReferenceCounted() {
            @Override
            protected void deallocate() {
                openLeases.decrementAndGet();
            }

            @Override
            public ReferenceCounted touch(Object hint) {
                return this;
            }
        };
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
        return new PartitionStatus(state, "as the test says", 0);
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
    public synchronized long logEndOffset() {
        return logEnd;
    }

    @Override
    public long lastStableOffset() {
        return Math.min(lastStable, highWatermark);
    }

    @Override
    public synchronized long sizeBytes() {
        return batches.stream().mapToLong(batch -> batch.bytes().remaining()).sum();
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findByTimestamp(long timestampMs, IsolationLevel isolation) {
        return byTimestamp;
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findMaxTimestamp() {
        return maxTimestamp;
    }

    @Override
    public EpochEnd endOffsetFor(int epoch) {
        Long end = epochEnds.get(epoch);
        return end == null ? new EpochEnd(-1, -1) : new EpochEnd(epoch, end);
    }

    @Override
    public int latestEpoch() {
        return leaderEpoch;
    }

    @Override
    public int epochAt(long offset) {
        return leaderEpoch;
    }

    @Override
    public CompletableFuture<Long> deleteRecordsBefore(long offset) {
        if (deletion != null) {
            return deletion;
        }
        long start = offset == -1 ? highWatermark : offset;
        if (start > highWatermark) {
            return CompletableFuture.failedFuture(new OffsetOutOfRangeException("beyond the high watermark"));
        }
        logStart = Math.max(logStart, start);
        return CompletableFuture.completedFuture(logStart);
    }

    @Override
    public List<ProducerState> activeProducers() {
        return producers;
    }

    @Override
    public void watch(Watcher watcher) {
        watches.incrementAndGet();
        watchers.add(watcher);
    }

    @Override
    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }
}
