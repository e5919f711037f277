package io.weir.broker.produce;

import io.netty.util.ReferenceCounted;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;

/**
 * One produce request on its way: counts down what is outstanding and completes once, by the thread that brings the
 * last piece or by the timer. What is outstanding: for each partition its offsets and its acknowledgement (with
 * acks=0 its offsets alone), and the issuing itself. No locks; the answer is built by whoever ends the count, from
 * fields that nobody writes any more, or that the answer does not look at twice.
 */
final class ProduceAnswer extends TimerTask {
    private static final int ANSWERED = Integer.MIN_VALUE / 2;

    private final Produce produce;
    private final Call call;
    private final short acks;
    private final CompletableFuture<ProduceResponseData> future = new CompletableFuture<>();
    private final List<PartitionAppend> appends = new ArrayList<>();
    private final AtomicInteger outstanding = new AtomicInteger(1);

    ProduceAnswer(Produce produce, Call call, short acks, long timeoutMs) {
        super(timeoutMs);
        this.produce = produce;
        this.call = call;
        this.acks = acks;
    }

    /** One more partition; {@link #begin} follows when it goes to the log. */
    void add(PartitionAppend append) {
        appends.add(append);
    }

    /** Counts a partition in, before it goes to the log. */
    void begin() {
        outstanding.addAndGet(needsAcknowledgement() ? 2 : 1);
    }

    /** Everything is issued: from here on the count or the timer ends it. */
    CompletableFuture<ProduceResponseData> issued(Timer timer) {
        countDown(1);
        if (!future.isDone()) {
            timer.add(this);
            if (future.isDone()) {
                cancel();
            }
        }
        return future;
    }

    void placed() {
        countDown(1);
    }

    void failedToPlace() {
        countDown(needsAcknowledgement() ? 2 : 1);
    }

    void settled() {
        if (needsAcknowledgement()) {
            countDown(1);
        }
    }

    /** The time is over. */
    @Override
    public void run() {
        if (outstanding.getAndSet(ANSWERED) > 0) {
            finish();
        }
    }

    private void countDown(int pieces) {
        if (outstanding.addAndGet(-pieces) == 0) {
            cancel();
            finish();
        }
    }

    private void finish() {
        try {
            ProduceResponseData data = produce.answer(this);
            if (acks != 0) {
                future.complete(data);
                return;
            }
            Throwable refused = firstError();
            if (refused == null) {
                future.complete(null);
            } else {
                // Nobody reads an answer to acks=0: a failed call makes the wire close the connection, from which
                // the client learns that it has to look at the metadata.
                future.completeExceptionally(refused);
            }
        } catch (RuntimeException bug) {
            future.completeExceptionally(bug);
        }
    }

    private @Nullable Throwable firstError() {
        for (PartitionAppend append : appends) {
            Errors error = append.outcome(false);
            if (error != Errors.NONE) {
                Throwable cause = append.error();
                return cause == null ? error.exception() : KafkaErrors.unwrap(cause);
            }
        }
        return null;
    }

    boolean needsAcknowledgement() {
        return acks != 0;
    }

    Call call() {
        return call;
    }

    ReferenceCounted frame() {
        return call.frame();
    }

    List<PartitionAppend> appends() {
        return appends;
    }
}
