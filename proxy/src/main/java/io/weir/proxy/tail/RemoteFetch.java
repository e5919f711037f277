package io.weir.proxy.tail;

import io.weir.common.buffer.LeasedRecords;
import io.weir.log.segment.SegmentRead;
import io.weir.proxy.tail.TailMetrics.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's fetch of other nodes' partitions, within its bounds (KIP-74): the first batch that is found may be larger
 * than any bound, everything behind it may not. What is not in memory is read out of the store, or else asked of the owner;
 * then it waits until there is enough.
 *
 * <p>An actor: whatever happens is a task in its queue, and one thread at a time runs them.
 */
final class RemoteFetch implements RemoteTail.Watcher {
    private final Tails tails;
    private final IsolationLevel isolation;
    private final Bounds bounds;
    private final TailMetrics metrics;
    private final List<Entry> entries;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final CompletableFuture<List<PartitionData>> future = new CompletableFuture<>() {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                post(RemoteFetch.this::finish);
            }
            return cancelled;
        }
    };

    // Written by the tasks only.
    private @Nullable TimerTask deadline;
    private boolean finished;
    private boolean expired;
    private boolean watching;
    private int next;
    private int reading;
    private int remainingBytes;
    private int reservedBytes;
    private int withRecords;
    private boolean dirty;

    /** What the consumer allows. */
    record Bounds(int maxWaitMs, int minBytes, int maxBytes) {}

    RemoteFetch(Tails tails, List<TailRequest> wanted, IsolationLevel isolation, Bounds bounds, TailMetrics metrics) {
        this.tails = tails;
        this.isolation = isolation;
        this.bounds = bounds;
        this.metrics = metrics;
        this.remainingBytes = bounds.maxBytes();
        this.entries = new ArrayList<>(wanted.size());
        for (TailRequest one : wanted) {
            TailKey key = new TailKey(one.partition().topicId(), one.partition().partition(), isolation);
            entries.add(new Entry(one, tails.of(key)));
        }
    }

    /** Begins. */
    CompletableFuture<List<PartitionData>> start(Timer timer, Duration patience) {
        post(() -> {
            pass();
            if (!finished) {
                // Owners and the store are given a moment even by those who would not wait for records.
                TimerTask task = new TimerTask(Math.max(bounds.maxWaitMs(), patience.toMillis())) {
                    @Override
                    public void run() {
                        post(RemoteFetch.this::expire);
                    }
                };
                deadline = task;
                timer.add(task);
            }
        });
        return future;
    }

    @Override
    public void changed(RemoteTail tail) {
        post(() -> {
            for (Entry entry : entries) {
                if (entry.tail.equals(tail)) {
                    reconsider(entry);
                }
            }
            again();
        });
    }

    private void post(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            for (Runnable one = tasks.poll(); one != null; one = tasks.poll()) {
                one.run();
            }
            seen = pending.addAndGet(-seen);
        } while (seen > 0);
    }

    /** More may be found where little was; what is out of the store stays. */
    private void reconsider(Entry entry) {
        if (!finished && !entry.fromStore && entry.error == Errors.NONE && entry.reading == 0) {
            int bytes = entry.records.sizeInBytes();
            remainingBytes += bytes;
            withRecords -= bytes > 0 ? 1 : 0;
            entry.clear();
        }
    }

    private void again() {
        dirty = true;
        if (!finished && reading == 0) {
            pass();
        }
    }

    private void expire() {
        expired = true;
        // Reads of the store go on: who gave up each time would never get anywhere.
        if (!finished && entries.stream().noneMatch(entry -> entry.reading == Entry.STORE)) {
            finish();
        }
    }

    /** Looks at the partitions in order; goes on when an answer comes that must be waited for. */
    private void pass() {
        if (dirty && reading == 0) {
            dirty = false;
            next = 0;
        }
        while (!finished && next < entries.size()) {
            Entry entry = entries.get(next++);
            boolean first = withRecords == 0;
            int room = Math.clamp((long) remainingBytes - reservedBytes, 0, Math.max(0, entry.wanted.maxBytes()));
            if (!entry.isSettled() && entry.reading == 0 && (first || room > 0)) {
                look(entry, Source.TAIL, room, first);
                if (entry.reading != 0 && first) {
                    return;
                }
            }
        }
        conclude();
    }

    private void look(Entry entry, Source source, int room, boolean minOneBatch) {
        Errors fenced = epochError(entry);
        if (fenced != Errors.NONE) {
            entry.error = fenced;
            return;
        }
        switch (entry.tail.look(entry.wanted.offset(), room, minOneBatch)) {
            case Look.Found(LeasedRecords records, List<AbortedTransaction> aborted) ->
                found(entry, records, aborted, source);
            case Look.Failed(Errors error) -> entry.error = error;
            case Look.Waiting() -> {}
            case Look.Missing(long endOffset) -> {
                if (source == Source.TAIL) {
                    read(entry, endOffset, room, minOneBatch);
                }
            }
        }
    }

    private Errors epochError(Entry entry) {
        PartitionRegistration owned = tails.owned(tails.image(), entry.tail.key());
        if (owned == null) {
            return Errors.UNKNOWN_TOPIC_ID;
        }
        int known = entry.wanted.leaderEpoch().orElse(owned.leaderEpoch);
        if (known == owned.leaderEpoch) {
            return Errors.NONE;
        }
        return known < owned.leaderEpoch ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
    }

    private void found(Entry entry, LeasedRecords records, List<AbortedTransaction> aborted, Source source) {
        entry.records = records;
        entry.aborted = aborted;
        entry.fromStore = source == Source.STORE;
        remainingBytes -= records.sizeInBytes();
        if (records.sizeInBytes() > 0) {
            withRecords++;
            metrics.read(source);
        }
    }

    /** Out of the store, where the offset is known to be of the past; else, or if it is not there, from the owner. */
    private void read(Entry entry, long endOffset, int room, boolean minOneBatch) {
        if (tails.stored().isEmpty() || entry.wanted.offset() >= endOffset) {
            fill(entry, room, minOneBatch);
            return;
        }
        begin(entry, Entry.STORE, room);
        CompletableFuture<?> _ = tails.stored()
                .get()
                .read(entry.wanted.partition(), entry.wanted.offset(), endOffset, room, minOneBatch)
                .whenComplete((read, failure) -> post(() -> {
                    end(entry);
                    Optional<SegmentRead> found = read == null ? Optional.empty() : read;
                    if (finished) {
                        found.ifPresent(late -> late.records().release());
                    } else if (found.isPresent() && isPlain(found.get().records())) {
                        found(entry, found.get().records(), List.of(), Source.STORE);
                        goOn();
                    } else {
                        found.ifPresent(other -> other.records().release());
                        fill(entry, room, minOneBatch);
                        goOn();
                    }
                }));
    }

    /** Whether nobody need know of transactions: which of them were aborted the owner knows. */
    private boolean isPlain(LeasedRecords records) {
        return isolation == IsolationLevel.READ_UNCOMMITTED || !Transactional.isAny(records);
    }

    private void fill(Entry entry, int room, boolean minOneBatch) {
        begin(entry, Entry.OWNER, room);
        CompletableFuture<?> _ = entry.tail.fill(entry.wanted.offset()).whenComplete((outcome, failure) -> post(() -> {
            end(entry);
            if (finished) {
                return;
            }
            if (failure != null) {
                entry.error = Errors.UNKNOWN_SERVER_ERROR;
            } else if (outcome == Errors.NONE) {
                look(entry, Source.OWNER, room, minOneBatch);
            } else if (!OwnerAnswer.isTransient(outcome)) {
                entry.error = outcome;
            }
            goOn();
        }));
    }

    private void begin(Entry entry, int what, int room) {
        entry.reading = what;
        entry.reserved = room;
        reservedBytes += room;
        reading++;
    }

    private void end(Entry entry) {
        entry.reading = 0;
        reservedBytes -= entry.reserved;
        reading--;
    }

    private void goOn() {
        if (expired) {
            expire();
        } else {
            pass();
        }
    }

    private void conclude() {
        if (finished || reading > 0) {
            return;
        }
        if (dirty) {
            pass();
            return;
        }
        long bytes = 0;
        boolean urgent = entries.isEmpty();
        for (Entry entry : entries) {
            bytes += entry.records.sizeInBytes();
            urgent |= entry.error != Errors.NONE;
        }
        if (urgent || expired || bytes >= bounds.minBytes() || bounds.maxWaitMs() <= 0) {
            finish();
        } else if (!watching) {
            watching = true;
            for (Entry entry : entries) {
                entry.tail.watch(this);
            }
            // Something may have come since the look.
            entries.forEach(this::reconsider);
            again();
        }
    }

    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        if (deadline != null) {
            deadline.cancel();
        }
        if (watching) {
            entries.forEach(entry -> entry.tail.unwatch(this));
        }
        List<PartitionData> results = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            results.add(entry.result(isolation));
        }
        if (!future.complete(results)) {
            entries.forEach(entry -> entry.records.release());
        }
    }

    /** One partition of the fetch. */
    private static final class Entry {
        private static final int STORE = 1;
        private static final int OWNER = 2;

        private final TailRequest wanted;
        private final RemoteTail tail;
        private LeasedRecords records = LeasedRecords.EMPTY;
        private List<AbortedTransaction> aborted = List.of();
        private Errors error = Errors.NONE;
        private boolean fromStore;
        private int reading;
        private int reserved;

        Entry(TailRequest wanted, RemoteTail tail) {
            this.wanted = wanted;
            this.tail = tail;
        }

        boolean isSettled() {
            return error != Errors.NONE || records.sizeInBytes() > 0;
        }

        void clear() {
            records.release();
            records = LeasedRecords.EMPTY;
            aborted = List.of();
        }

        PartitionData result(IsolationLevel isolation) {
            return Results.of(wanted.partition().partition(), error, records, aborted, isolation, tail);
        }
    }
}
