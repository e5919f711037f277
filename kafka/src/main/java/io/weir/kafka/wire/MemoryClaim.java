package io.weir.kafka.wire;

import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way to room for parsed requests: {@code weir.queued.max.control.bytes}. A request with few values
 * always gets it, so that heartbeats go through whatever others do; one with many waits until others have been
 * answered. On the connection's event loop.
 */
final class MemoryClaim {
    /** What a value is taken to need on the heap, with what handlers make of it: measured 20 to 60, rounded up. */
    static final int VALUE_BYTES = 64;
    /** Up to here it is counted and never refused. */
    static final int SMALL_BYTES = 16 * 1024;

    private final RequestBudget budget;
    private final Executor eventLoop;
    private final Runnable retry;
    private boolean waiting;
    private boolean queued;

    /** @param retry tries again, on the event loop */
    MemoryClaim(RequestBudget budget, Executor eventLoop, Runnable retry) {
        this.budget = budget;
        this.eventLoop = eventLoop;
        this.retry = retry;
    }

    /** What a parsed request takes. */
    static int sizeBytes(int bytes, int values) {
        return (int) Math.min(Integer.MAX_VALUE, bytes + (long) values * VALUE_BYTES);
    }

    /** The room, or null when there is none just now: then {@code retry} is run when there may be. */
    @Nullable
    Reservation tryClaim(int bytes) {
        waiting = false;
        if (bytes <= SMALL_BYTES) {
            return budget.count(bytes);
        }
        Reservation room = budget.tryTake(bytes, true);
        if (room == null && !queued) {
            queued = true;
            budget.await(bytes, true, this::wakeUp);
            room = budget.tryTake(bytes, true);
        }
        waiting = room == null;
        return room;
    }

    /** From any thread that gave room back. */
    private void wakeUp() {
        try {
            eventLoop.execute(this::retry);
        } catch (RejectedExecutionException ended) {
            budget.wake();
        }
    }

    private void retry() {
        queued = false;
        if (waiting) {
            retry.run();
        }
        if (!waiting) {
            budget.wake();
        }
    }

    /** The connection is gone: what it waited for is for others. */
    void close() {
        waiting = false;
    }
}
