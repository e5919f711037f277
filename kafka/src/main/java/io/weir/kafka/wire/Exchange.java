package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer to be. It is its own callback at each step, so that a request costs one object: told of the
 * result by any thread, it goes to the connection's event loop once, and there it stays.
 */
final class Exchange implements BiConsumer<@Nullable ApiMessage, @Nullable Throwable>, Runnable, ChannelFutureListener {
    private final Connection connection;
    private final RequestContext context;
    private final AbstractRequest request;
    private final ByteBuf frame;
    private final Reservation reservation;
    private final Reservation memory;
    private final long startedNs;

    private long unsentBytes;
    private @Nullable ApiMessage message;
    private @Nullable Throwable failure;
    private boolean done;
    private @Nullable CompletableFuture<? extends ApiMessage> answer;

    Exchange(
            Connection connection,
            RequestContext context,
            AbstractRequest request,
            ByteBuf frame,
            Reservation reservation,
            Reservation memory,
            long startedNs) {
        this.connection = connection;
        this.context = context;
        this.request = request;
        this.frame = frame;
        this.reservation = reservation;
        this.memory = memory;
        this.startedNs = startedNs;
    }

    /** What will become the answer, so that it can be done without. */
    void awaits(CompletableFuture<? extends ApiMessage> coming) {
        answer = coming;
    }

    /** Nobody is there to take the answer: a fetch that waits for records need not wait any longer. */
    void abandon() {
        if (answer != null && request.apiKey() == ApiKeys.FETCH) {
            answer.cancel(false);
        }
    }

    /** The service's result, from any thread. */
    @Override
    public void accept(@Nullable ApiMessage result, @Nullable Throwable thrown) {
        message = result;
        failure = thrown;
        if (connection.eventLoop().inEventLoop()) {
            run();
            return;
        }
        try {
            connection.eventLoop().execute(this);
        } catch (RejectedExecutionException closed) {
            // The server is closed and so is the connection; nobody else touches this exchange any more.
            free();
            dropAnswer();
        }
    }

    /** On the event loop, when the result is there. */
    @Override
    public void run() {
        done = true;
        free();
        connection.completed(this);
    }

    /** On the event loop, when the last byte of the answer is in the socket's buffer, or never will be. */
    @Override
    public void operationComplete(ChannelFuture future) {
        dropAnswer();
        unsent(0);
        connection.written(this, future.isSuccess());
        connection.drained();
    }

    private void free() {
        frame.release();
        connection.freed(reservation, memory);
    }

    /** So many bytes of the answer are there and not sent; on the event loop. */
    void unsent(long bytes) {
        connection.unsent(bytes - unsentBytes);
        unsentBytes = bytes;
    }

    /** Gives back what the answer holds. */
    void dropAnswer() {
        Answers.release(message);
        message = null;
    }

    boolean done() {
        return done;
    }

    ApiKeys api() {
        return request.apiKey();
    }

    RequestContext context() {
        return context;
    }

    AbstractRequest request() {
        return request;
    }

    long startedNs() {
        return startedNs;
    }

    /** The service's answer; null when it failed, or none is due. */
    @Nullable
    ApiMessage message() {
        return message;
    }

    /** Why there is no answer. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Puts the answer to a failure in the place of the one that cannot be given. */
    void replace(ApiMessage other) {
        dropAnswer();
        message = other;
    }

    /** Whether nothing else may be under way on its connection. */
    boolean isAlone() {
        return !RequestKind.isPipelined(request.apiKey().id);
    }

    /** Whether the client expects no answer: acks=0. */
    boolean silent() {
        return request instanceof ProduceRequest produce && produce.acks() == 0;
    }

    /** How large the answer may become by the client's own words. */
    long answerBytes() {
        return switch (request.data()) {
            case FetchRequestData fetch -> Math.max(0, fetch.maxBytes());
            case ShareFetchRequestData fetch -> Math.max(0, fetch.maxBytes());
            default -> 0;
        };
    }
}
