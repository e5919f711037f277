package io.weir.coordinator;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus;
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
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A log in memory whose commits can be held back, whose reads can fail and whose bytes can be flipped. */
final class FakePartition implements Partition {
    record Batch(long firstOffset, long nextOffset, ByteBuffer bytes) {}

    private final TopicIdPartition id;
    private final int leaderEpoch;
    private final LogConfig config = new LogConfig(Map.of());
    private final List<Batch> batches;
    private final List<AppendListener> waiting = new ArrayList<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final AtomicInteger leases = new AtomicInteger();
    private volatile PartitionStatus.State state = PartitionStatus.State.WRITABLE;
    private volatile boolean held;
    private volatile int unavailableReads;
    private volatile int appends;
    private long logStart;
    private long logEnd;
    private long highWatermark;

    FakePartition(TopicIdPartition id, int leaderEpoch) {
        this(id, leaderEpoch, new ArrayList<>(), 0, 0);
    }

    private FakePartition(TopicIdPartition id, int leaderEpoch, List<Batch> batches, long logStart, long logEnd) {
        this.id = id;
        this.leaderEpoch = leaderEpoch;
        this.batches = batches;
        this.logStart = logStart;
        this.logEnd = logEnd;
        this.highWatermark = logEnd;
    }

    /** The same durable bytes under another owner; what was not committed is lost. */
    synchronized FakePartition reopened(int newEpoch) {
        List<Batch> durable = new ArrayList<>(batches.stream()
                .filter(batch -> batch.nextOffset() <= highWatermark)
                .toList());
        return new FakePartition(id, newEpoch, durable, logStart, highWatermark);
    }

    void state(PartitionStatus.State newState) {
        state = newState;
    }

    /** Appends are taken but not committed until {@link #release}. */
    void hold() {
        held = true;
    }

    void release() {
        held = false;
        commit();
    }

    /** The next reads fail as those of a store that is away. */
    void failReads(int count) {
        unavailableReads = count;
    }

    synchronized void failWaitingAppends(Exception cause) {
        List<AppendListener> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(listener -> listener.failed(cause));
    }

    /** What no log may do: goes on as if the records had never been appended. */
    synchronized void loseUncommitted(Exception cause) {
        failWaitingAppends(cause);
        batches.removeIf(batch -> batch.nextOffset() > highWatermark);
        logEnd = highWatermark;
    }

    synchronized void flipByteOf(int batch) {
        ByteBuffer bytes = batches.get(batch).bytes();
        // Inside a value, where only the checksum can tell.
        int position = bytes.limit() - 10;
        bytes.put(position, (byte) (bytes.get(position) ^ 1));
    }

    int leases() {
        return leases.get();
    }

    int appends() {
        return appends;
    }

    int watchers() {
        return watchers.size();
    }

    /** Tells the watchers that ownership has ended. */
    void close() {
        state = PartitionStatus.State.CLOSING;
        watchers.forEach(watcher -> watcher.onClosed(this));
    }

    /** As a log that forgets to stop calling. */
    void shoutHighWatermark(List<Watcher> to) {
        to.forEach(watcher -> watcher.onHighWatermark(this, highWatermark()));
    }

    List<Watcher> watcherList() {
        return List.copyOf(watchers);
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
        return new PartitionStatus(state, "test", 0);
    }

    @Override
    public LogConfig config() {
        return config;
    }

    @Override
    public void configure(LogConfig newConfig, TopicDurability durability) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized long logStartOffset() {
        return logStart;
    }

    @Override
    public synchronized long highWatermark() {
        return highWatermark;
    }

    @Override
    public synchronized long logEndOffset() {
        return logEnd;
    }

    @Override
    public long lastStableOffset() {
        return highWatermark();
    }

    @Override
    public synchronized long sizeBytes() {
        return batches.stream().mapToLong(batch -> batch.bytes().remaining()).sum();
    }

    @Override
    public CompletableFuture<Appended> append(
            MemoryRecords records,
            ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener) {
        return CompletableFuture.completedFuture(appendNow(records, origin, transactionVersion, listener));
    }

    @Override
    public Appended appendNow(
            MemoryRecords records, AppendOrigin origin, short transactionVersion, AppendListener listener) {
        Appended appended;
        synchronized (this) {
            if (state != PartitionStatus.State.WRITABLE) {
                throw new NotLeaderOrFollowerException("not writable");
            }
            long first = logEnd;
            for (MutableRecordBatch batch : records.batches()) {
                long count = batch.lastOffset() - batch.baseOffset() + 1;
                batch.setLastOffset(logEnd + count - 1);
                batch.setPartitionLeaderEpoch(leaderEpoch);
                logEnd += count;
            }
            batches.add(new Batch(first, logEnd, records.buffer()));
            waiting.add(listener);
            appends++;
            appended = new Appended(first, logEnd, -1, logStart, false);
        }
        if (!held) {
            Thread.startVirtualThread(this::commit);
        }
        return appended;
    }

    private void commit() {
        List<AppendListener> done;
        long now;
        synchronized (this) {
            if (held || (waiting.isEmpty() && highWatermark == logEnd)) {
                return;
            }
            highWatermark = logEnd;
            now = highWatermark;
            done = List.copyOf(waiting);
            waiting.clear();
        }
        watchers.forEach(watcher -> watcher.onHighWatermark(this, now));
        done.forEach(AppendListener::acknowledged);
    }

    @Override
    public synchronized CompletableFuture<ReadResult> read(
            long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        if (unavailableReads > 0) {
            unavailableReads--;
            return CompletableFuture.failedFuture(new WeirException(FaultKind.UNAVAILABLE, "the store is away"));
        }
        if (offset < logStart || offset > highWatermark) {
            return CompletableFuture.completedFuture(new ReadResult.OutOfRange(logStart, highWatermark));
        }
        List<ByteBuffer> found = new ArrayList<>();
        int size = 0;
        for (Batch batch : batches) {
            boolean fits = size + batch.bytes().remaining() <= maxBytes || (found.isEmpty() && minOneBatch);
            if (batch.nextOffset() > offset && batch.nextOffset() <= highWatermark) {
                if (!fits) {
                    break;
                }
                found.add(batch.bytes().duplicate());
                size += batch.bytes().remaining();
            }
        }
        leases.incrementAndGet();
        LeasedRecords records = new LeasedRecords(found, List.of(new Lease()));
        return CompletableFuture.completedFuture(
                new ReadResult.Found(records, highWatermark, highWatermark, logStart, List.of()));
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findByTimestamp(long timestampMs, IsolationLevel isolation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<TimestampAndOffset>> findMaxTimestamp() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EpochEnd endOffsetFor(int epoch) {
        throw new UnsupportedOperationException();
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
    public synchronized CompletableFuture<Long> deleteRecordsBefore(long offset) {
        batches.removeIf(batch -> batch.nextOffset() <= offset);
        logStart = offset;
        return CompletableFuture.completedFuture(logStart);
    }

    @Override
    public List<ProducerState> activeProducers() {
        return List.of();
    }

    @Override
    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    @Override
    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    private final class Lease extends AbstractReferenceCounted {
        @Override
        protected void deallocate() {
            leases.decrementAndGet();
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }
    }
}
