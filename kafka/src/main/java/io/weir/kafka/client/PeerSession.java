package io.weir.kafka.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import io.weir.kafka.frame.FrameBuffers;
import io.weir.kafka.frame.FrameReader;
import io.weir.kafka.frame.ReceiveBuffers;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One socket to another node, from its handshake to its end, and the requests on it that are not answered. Told apart by
 * their correlation ids, answers come in any order. On the connection's event loop.
 */
final class PeerSession extends ChannelInboundHandlerAdapter implements FrameReader.Sink, PeerHandshake.Session {
    private final PeerConnection connection;
    private final RemoteContext context;
    private final Channel channel;
    private final FrameReader reader;
    private final AnswerDecoder decoder;
    private final PeerHandshake handshake;
    private final IntObjectHashMap<PendingCall> pending = new IntObjectHashMap<>();
    private @Nullable PeerApis apis;
    private boolean closed;
    private int lastId;
    private long lastReceivedMs;
    private long writtenBytes;
    private long takenBytes;
    private long lastTakenMs;

    PeerSession(
            PeerConnection connection,
            RemoteContext context,
            EventLoop loop,
            ReceiveBuffers receiving,
            Channel channel) {
        this.connection = connection;
        this.context = context;
        this.channel = channel;
        this.reader = new FrameReader(
                this,
                loop,
                receiving,
                context.allocator(),
                context.answers(),
                context.time(),
                context.config().maxAnswerBytes());
        this.decoder = new AnswerDecoder(context.answers());
        this.handshake = new PeerHandshake(context.secret(), loop, this);
        channel.config().setRecvByteBufAllocator(new FrameBuffers(reader));
    }

    // Out

    boolean isWritable() {
        return channel.isWritable();
    }

    /** What the peer serves; null before the handshake is done. */
    @Nullable
    PeerApis apis() {
        return apis;
    }

    /** Writes a request; the caller flushes. */
    void send(PendingCall call, long nowMs) {
        do {
            lastId++;
        } while (pending.containsKey(lastId));
        pending.put(lastId, call);
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() == 0) {
            lastTakenMs = nowMs;
        }
        writtenBytes += call.bytes();
        call.send(channel, lastId, nowMs);
    }

    void flush() {
        channel.flush();
    }

    /** Nobody waits for its answer any more. */
    void forget(PendingCall call) {
        if (call.sent()) {
            pending.remove(call.correlationId());
        }
    }

    /**
     * Fails the requests whose time is over. A peer that has not sent a byte since one of them was sent hangs: then the
     * connection is closed, for what is in its buffers will never leave.
     */
    void expire(long nowMs) {
        List<PendingCall> over = new ArrayList<>();
        for (PendingCall call : pending.values()) {
            if (call.isDone() || nowMs >= call.deadlineMs()) {
                over.add(call);
            }
        }
        boolean hangs = false;
        for (PendingCall call : over) {
            hangs |= !call.isDone() && lastReceivedMs <= call.sentMs();
            pending.remove(call.correlationId());
            connection.timedOut(call);
        }
        if (hangs) {
            close(new NetworkException("it has not answered anything in time"));
        } else if (takesNothing(nowMs)) {
            close(new NetworkException("it takes no requests"));
        }
    }

    /** Callers may have given up before their time, and what they asked is still to be written. */
    private boolean takesNothing(long nowMs) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || waiting.totalPendingWriteBytes() == 0) {
            lastTakenMs = nowMs;
            return false;
        }
        long taken = writtenBytes - waiting.totalPendingWriteBytes() + waiting.currentProgress();
        if (taken != takenBytes) {
            takenBytes = taken;
            lastTakenMs = nowMs;
        }
        return nowMs - lastTakenMs > context.config().requestTimeout().toMillis();
    }

    // In

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        lastReceivedMs = context.time().hiResClockMs();
        lastTakenMs = lastReceivedMs;
        handshake.begin();
        ctx.fireChannelActive();
    }

    @Override
    public void send(ByteBuffer frame) {
        if (!closed) {
            var _ = channel.write(Unpooled.copyInt(frame.remaining()), channel.voidPromise());
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(frame), channel.voidPromise());
        }
    }

    @Override
    public void ready(PeerApis served) {
        if (!closed) {
            apis = served;
            connection.ready(this, served);
        }
    }

    @Override
    public void failed(RuntimeException cause) {
        close(cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        lastReceivedMs = context.time().hiResClockMs();
        reader.received((ByteBuf) bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        updateReading();
        ctx.fireChannelReadComplete();
    }

    private void updateReading() {
        boolean wanted = reader.mayRead();
        if (!closed && wanted != channel.config().isAutoRead()) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public boolean ready() {
        return !closed;
    }

    @Override
    public boolean accepts(ByteBuf frame) {
        return true;
    }

    @Override
    public int maxBytes(ByteBuf beginning) {
        return context.config().maxAnswerBytes();
    }

    @Override
    public void invalidLength(int length) {
        close(new NetworkException("it sent a frame of " + length + " bytes"));
    }

    @Override
    public void budgetFreed() {
        reader.resume();
        updateReading();
    }

    @Override
    public int frame(ByteBuf frame, Reservation room) {
        if (apis == null) {
            handshakeFrame(frame, room);
            return 1;
        }
        PendingCall call =
                frame.readableBytes() < Integer.BYTES ? null : pending.remove(frame.getInt(frame.readerIndex()));
        if (call == null) {
            // The answer to one that was given up.
            frame.release();
            context.answers().release(room);
            return 1;
        }
        ApiMessage answer;
        try {
            answer = decoder.decode(call.api(), call.version(), frame, room);
        } catch (RuntimeException e) {
            connection.invalidAnswer(call, e);
            return 1;
        }
        connection.answered(call, answer);
        return 1;
    }

    private void handshakeFrame(ByteBuf frame, Reservation room) {
        try {
            handshake.received(frame.nioBuffer());
        } catch (RuntimeException e) {
            close(e);
        } finally {
            frame.release();
            context.answers().release(room);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.writable();
        ctx.fireChannelWritabilityChanged();
    }

    // The end

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(new NetworkException(
                apis == null ? "it closed the connection before it was ready" : "it closed the connection"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(
                cause instanceof IOException
                        ? new NetworkException("the connection broke: " + cause.getMessage(), cause)
                        : new NetworkException("the connection failed: " + cause, cause));
    }

    /** Closes the socket and fails what is under way. Later calls do nothing. */
    void close(RuntimeException cause) {
        if (closed) {
            return;
        }
        closed = true;
        reader.close();
        var _ = channel.close();
        List<PendingCall> left = new ArrayList<>(pending.values());
        pending.clear();
        connection.closed(this, cause, left);
    }
}
