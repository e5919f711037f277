package io.weir.kafka.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * One call and its answer to be: the future, the frame, and the listener of its writing, in one object. As a future for any
 * thread; the rest on the connection's event loop.
 */
final class PendingCall extends CompletableFuture<ApiMessage> implements ChannelFutureListener {
    private final PeerConnection connection;
    private final ApiKeys api;
    private final short version;
    private final long bytes;
    private final long startedNs;
    private final long deadlineMs;

    private List<ByteBuf> pieces;
    private ReferenceCounted frame;
    private State state = State.WAITING;
    private boolean settled;
    private int correlationId;
    private long sentMs;

    private enum State {
        /** Not given to the socket yet. */
        WAITING,
        /** Given to the socket, which needs its buffers. */
        SENT,
        /** In the socket's buffer. */
        WRITTEN
    }

    /**
     * @param pieces of the frame, owned
     * @param bytes in them
     * @param frame that pieces are views of, retained for this call
     * @param deadlineMs on the monotonic clock
     */
    PendingCall(
            PeerConnection connection,
            ApiKeys api,
            short version,
            List<ByteBuf> pieces,
            long bytes,
            ReferenceCounted frame,
            long startedNs,
            long deadlineMs) {
        this.connection = connection;
        this.api = api;
        this.version = version;
        this.pieces = pieces;
        this.bytes = bytes;
        this.frame = frame;
        this.startedNs = startedNs;
        this.deadlineMs = deadlineMs;
    }

    ApiKeys api() {
        return api;
    }

    short version() {
        return version;
    }

    long bytes() {
        return bytes;
    }

    long startedNs() {
        return startedNs;
    }

    long deadlineMs() {
        return deadlineMs;
    }

    long sentMs() {
        return sentMs;
    }

    int correlationId() {
        return correlationId;
    }

    boolean sent() {
        return state != State.WAITING;
    }

    boolean settled() {
        return settled;
    }

    /** Nobody wants the answer any more: its slot is free for others. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            connection.cancelled(this);
        }
        return cancelled;
    }

    /** Gives the request to the socket; the caller flushes. */
    void send(Channel channel, int id, long nowMs) {
        correlationId = id;
        sentMs = nowMs;
        state = State.SENT;
        ByteBuf first = pieces.getFirst();
        first.setInt(first.readerIndex() + RequestEncoder.CORRELATION_ID_AT, id);
        List<ByteBuf> all = pieces;
        pieces = List.of();
        int last = all.size() - 1;
        for (int i = 0; i < last; i++) {
            var _ = channel.write(all.get(i), channel.voidPromise());
        }
        channel.write(all.get(last)).addListener(this);
    }

    /** The last byte is in the socket's buffer, or never will be. */
    @Override
    public void operationComplete(ChannelFuture future) {
        state = State.WRITTEN;
        frame.release();
        if (settled) {
            connection.left(this);
        }
    }

    /** The outcome is known, or nobody waits for it: whatever the socket does not need is given back. Once. */
    void settle() {
        if (settled) {
            return;
        }
        settled = true;
        if (state == State.WAITING) {
            pieces.forEach(ByteBuf::release);
            pieces = List.of();
            frame.release();
        }
        if (state != State.SENT) {
            connection.left(this);
        }
    }
}
