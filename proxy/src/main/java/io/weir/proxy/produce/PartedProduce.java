package io.weir.proxy.produce;

import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;

/**
 * A request that was taken apart by partition: done when each partition has its result. It keeps the client's frame
 * alive until then. Any thread.
 */
final class PartedProduce {
    private final Produce api;
    private final Call call;
    private final List<ProduceItem> items;
    private final long deadlineMs;
    private final CompletableFuture<@Nullable ApiMessage> future = new CompletableFuture<>();
    // Guarded by this object's monitor.
    private final @Nullable ProduceResult[] results;
    private final @Nullable Held[] held;
    private int missing;
    private @Nullable TimerTask deadline;

    /** @param deadlineMs nothing is tried again from then on */
    PartedProduce(Produce api, Call call, long deadlineMs) {
        this.api = api;
        this.call = call;
        this.items = api.items(call.request());
        this.deadlineMs = deadlineMs;
        this.results = new ProduceResult[items.size()];
        this.held = new Held[items.size()];
        this.missing = items.size();
    }

    Call call() {
        return call;
    }

    String connection() {
        return call.context().connectionId();
    }

    long deadlineMs() {
        return deadlineMs;
    }

    int size() {
        return items.size();
    }

    ProduceItem item(int index) {
        return items.get(index);
    }

    CompletableFuture<@Nullable ApiMessage> future() {
        return future;
    }

    synchronized void hold(Held one) {
        held[one.index()] = one;
    }

    /** Those without a result. */
    synchronized List<Held> open() {
        List<Held> open = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            Held one = held[i];
            if (results[i] == null && one != null) {
                open.add(one);
            }
        }
        return open;
    }

    /** True for the first that sets one. */
    synchronized boolean setDeadline(TimerTask task) {
        if (deadline != null || missing == 0) {
            return false;
        }
        deadline = task;
        return true;
    }

    /** A partition's result; the last one answers. The first result of a partition counts. */
    void complete(int index, ProduceResult result) {
        TimerTask unneeded;
        synchronized (this) {
            if (results[index] != null) {
                return;
            }
            results[index] = result;
            if (--missing > 0) {
                return;
            }
            unneeded = deadline;
        }
        if (unneeded != null) {
            unneeded.cancel();
        }
        answer();
    }

    /** There is nothing in it. */
    void answerIfEmpty() {
        if (items.isEmpty()) {
            answer();
        }
    }

    private void answer() {
        try {
            future.complete(api.whole(call.request(), items, Arrays.asList(results)));
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }
}
