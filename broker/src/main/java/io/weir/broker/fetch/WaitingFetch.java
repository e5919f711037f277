package io.weir.broker.fetch;

import io.weir.broker.fetch.FetchCall.FetchBounds;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.records.BatchWalk;
import io.weir.log.ReadResult;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fetch that waits. It holds no lease and no thread. {@link #changed} notes partitions that moved and
 * {@link #evaluate} looks at just those, one thread at a time: a call that finds another one at work leaves its
 * news to it. It begins as being evaluated, by the thread that makes it.
 */
final class WaitingFetch extends TimerTask {
    private static final Logger log = LoggerFactory.getLogger(WaitingFetch.class);

    private enum State {
        IDLE,
        EVALUATING,
        EVALUATE_AGAIN,
        DONE
    }

    private final FetchCall fetch;
    private final DelayedFetches delayed;
    private final Queue<FetchEntry> changes = new ConcurrentLinkedQueue<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.EVALUATING);
    private final AtomicBoolean onItsWayHome = new AtomicBoolean();
    private final @Nullable Executor home;
    private volatile boolean expired;
    private long countedBytes;

    /** @param home the event loop that will send the answer; null when the fetch did not come from one */
    WaitingFetch(FetchCall fetch, DelayedFetches delayed, @Nullable Executor home) {
        super(fetch.bounds().maxWaitMs());
        this.fetch = fetch;
        this.delayed = delayed;
        this.home = home;
    }

    /** Takes over what the first read counted, notes which partitions have moved since, and looks at them. */
    void begin() {
        for (FetchEntry entry : fetch.entries()) {
            countedBytes += entry.countedBytes();
            boolean moved = entry.endOffset(fetch.bounds().isolation()) > entry.countedTo();
            if (moved || PartitionLookup.readable(entry.opened()) != Errors.NONE) {
                changed(entry);
            }
        }
        evaluateUntilQuiet();
    }

    void changed(FetchEntry entry) {
        if (entry.queued.compareAndSet(false, true)) {
            changes.add(entry);
        }
    }

    boolean hasHome() {
        return home != null;
    }

    /** Lets the fetch look at what has changed where its answer is sent from: no other thread is woken. */
    void evaluateAtHome() {
        if (home != null && onItsWayHome.compareAndSet(false, true)) {
            DelayedFetches.execute(home, this::lookAround);
        }
    }

    private void lookAround() {
        onItsWayHome.set(false);
        evaluate();
    }

    /** The time is over: answers on the executor with what is there. */
    @Override
    public void run() {
        expired = true;
        delayed.execute(this::evaluate);
    }

    /** Answers now, on this thread, unless another is about to. */
    void expire() {
        expired = true;
        evaluate();
    }

    boolean isDone() {
        return state.get() == State.DONE;
    }

    /** No longer waits; true for the one caller that ended it. */
    boolean end() {
        return state.getAndSet(State.DONE) != State.DONE;
    }

    /** Answers if there is reason to. */
    void evaluate() {
        if (enter()) {
            evaluateUntilQuiet();
        }
    }

    private void evaluateUntilQuiet() {
        do {
            if (isReady()) {
                if (end()) {
                    delayed.remove(this);
                    fetch.finish();
                }
                return;
            }
            if (state.compareAndSet(State.EVALUATING, State.IDLE)) {
                return;
            }
        } while (state.compareAndSet(State.EVALUATE_AGAIN, State.EVALUATING));
    }

    private boolean enter() {
        while (true) {
            if (state.compareAndSet(State.IDLE, State.EVALUATING)) {
                return true;
            }
            if (state.compareAndSet(State.EVALUATING, State.EVALUATE_AGAIN)) {
                return false;
            }
            State now = state.get();
            if (now == State.EVALUATE_AGAIN || now == State.DONE) {
                return false;
            }
        }
    }

    private boolean isReady() {
        try {
            return expired || hasReason();
        } catch (RuntimeException bug) {
            log.error("event=fetch_evaluation_failed", bug);
            return true;
        }
    }

    private boolean hasReason() {
        FetchBounds bounds = fetch.bounds();
        FetchEntry entry;
        while ((entry = changes.poll()) != null) {
            entry.queued.set(false);
            if (entry.closed || PartitionLookup.readable(entry.opened()) != Errors.NONE) {
                return true;
            }
            if (!entry.isFull() && entry.endOffset(bounds.isolation()) > entry.countedTo()) {
                // A batch is never smaller than a byte: one that is new is enough.
                if (bounds.minBytes() <= 1 || !count(entry)) {
                    return true;
                }
            }
        }
        return countedBytes >= bounds.minBytes();
    }

    /** Counts what came since the last look; false when that is not to be had from memory just now. */
    private boolean count(FetchEntry entry) {
        int room = entry.maxBytes() - entry.countedBytes();
        CompletableFuture<ReadResult> read = entry.opened()
                .read(entry.countedTo(), room, false, fetch.bounds().isolation());
        boolean now = read.isDone();
        CompletableFuture<?> _ = read.thenAccept(result -> {
            if (result instanceof ReadResult.Found found) {
                if (now) {
                    add(entry, room, found);
                }
                found.records().release();
            }
        });
        return now && read.state() == CompletableFuture.State.SUCCESS && read.resultNow() instanceof ReadResult.Found;
    }

    private void add(FetchEntry entry, int room, ReadResult.Found found) {
        long next = BatchWalk.of(found.records()).nextOffset();
        // Where the next batch does not fit, all that does fit is there: Kafka counts the partition as full then.
        boolean committed = fetch.bounds().isolation() == IsolationLevel.READ_COMMITTED;
        boolean full = next < (committed ? found.lastStableOffset() : found.highWatermark());
        int bytes = full ? room : found.records().sizeInBytes();
        entry.counted(bytes, Math.max(next, entry.countedTo()));
        countedBytes += bytes;
    }

    FetchCall fetch() {
        return fetch;
    }
}
