package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.weir.kafka.Call;
import io.weir.kafka.frame.FrameReader;
import io.weir.kafka.frame.Pace;
import io.weir.kafka.frame.RequestBudget.Reservation;
import io.weir.kafka.wire.Intake.Peer;
import io.weir.kafka.wire.Intake.Prepared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, of a client or of another node. Everything here runs on its event loop.
 *
 * <p>Requests go to their service as they arrive, without waiting for earlier answers; answers leave in the order of the
 * requests, whatever the order in which they become known. Only produces and fetches overtake each other so: any other
 * request waits for those before it. Reading stops while as many requests are under way as may be, while the fetches under
 * way may become as large as may be, or while the client does not take its answers: then finished answers wait unencoded.
 *
 * <p>From the first request on that a node forwards, nothing waits for anything else: {@link AnswerQueue}.
 */
final class Connection extends ChannelInboundHandlerAdapter implements FrameReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** A request that may be much work for few bytes counts for several. */
    private static final int ALONE_TURN = FrameReader.TURN / 8;

    private final Wiring wiring;
    private final WireConfig.Listener listener;
    private final NetworkThread thread;
    private final Channel channel;
    private final FrameReader reader;
    private final Intake intake;
    private final UnsentAnswers.Share unsent;
    private final Pace takes = new Pace();
    private final AnswerQueue exchanges = new AnswerQueue();
    private final AnswerOutput output;

    private @Nullable Peer peer;
    private boolean open;
    private @Nullable CloseReason ending;
    private boolean dispatching;
    private boolean flushDue;
    private @Nullable Prepared prepared;
    private long answerBytes;
    private long lastActiveMs;
    private long lastTakenMs;
    private long takenBytes;

    Connection(Wiring wiring, NetworkThread thread, Channel channel) {
        this.wiring = wiring;
        this.listener = wiring.listener();
        this.thread = thread;
        this.channel = channel;
        this.reader = new FrameReader(
                this,
                thread.loop(),
                thread.receiving(),
                wiring.allocator(),
                wiring.budget(),
                wiring.time(),
                wiring.config().requests().maxFrameBytes(listener.callers(), true));
        MemoryClaim claim = new MemoryClaim(wiring.memory(), thread.loop(), this::advance);
        this.intake = new Intake(wiring.parser(), claim, listener);
        this.unsent = wiring.unsent().new Share();
        this.output = new AnswerOutput(wiring, this, channel);
    }

    FrameReader reader() {
        return reader;
    }

    EventLoop eventLoop() {
        return thread.loop();
    }

    // Life and death

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            // It was gone before we looked.
            var _ = channel.close();
            return;
        }
        Optional<CloseReason> refusal = wiring.gate().enter(remote.getAddress());
        if (refusal.isPresent()) {
            refuse(remote, refusal.get());
            return;
        }
        open = true;
        String id = hostAndPort(local) + "-" + hostAndPort(remote) + "-"
                + channel.id().asShortText();
        peer = new Peer(id, remote, local, wiring.authenticators().open(listener, remote));
        lastActiveMs = wiring.time().hiResClockMs();
        lastTakenMs = lastActiveMs;
        takes.restart(lastActiveMs, 0);
        wiring.metrics().accepted(listener).inc();
        wiring.metrics().connections(listener).inc();
        thread.add(this);
        LOG.debug("Connection opened; connection={} listener={}", id, listener.name());
        ctx.fireChannelActive();
    }

    private void refuse(InetSocketAddress remote, CloseReason reason) {
        wiring.metrics().refused(listener, reason);
        wiring.refusals()
                .log(leftOut -> LOG.warn(
                        "Connection refused; remote={} listener={} reason={} max.connections={}"
                                + " max.connections.per.ip={} leftOut={}",
                        remote,
                        listener.name(),
                        reason.label(),
                        wiring.config().connections().max(),
                        wiring.config().connections().maxPerIp(),
                        leftOut));
        var _ = channel.close();
    }

    private static String hostAndPort(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(CloseReason.CLIENT);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("Connection lost; connection={} cause={}", this, cause.toString());
            close(CloseReason.CLIENT);
        } else {
            LOG.error("Connection failed; connection={}", this, cause);
            close(CloseReason.INTERNAL);
        }
    }

    /** Closes at once and lets go of everything but the frames of requests that their service still has. */
    void close(CloseReason reason) {
        Peer gone = peer;
        if (!open || gone == null) {
            return;
        }
        open = false;
        LOG.debug("Connection closed; connection={} reason={}", this, reason.label());
        wiring.metrics().closed(listener, reason);
        wiring.metrics().connections(listener).dec();
        wiring.gate().leave(gone.remote().getAddress());
        reader.close();
        intake.close();
        var _ = channel.close();
        List<Exchange> left = exchanges.drain();
        thread.remove(this);
        for (Exchange exchange : left) {
            exchange.unsent(0);
            if (exchange.done()) {
                exchange.dropAnswer();
            } else {
                exchange.abandon();
            }
        }
    }

    /** Takes no more requests, and closes when those that are under way have been answered. */
    void shutdown() {
        end(CloseReason.SHUTDOWN);
    }

    private void end(CloseReason reason) {
        ending = reason;
        channel.config().setAutoRead(false);
        closeIfFinished();
    }

    private void closeIfFinished() {
        CloseReason reason = ending;
        if (open && reason != null && exchanges.isEmpty()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> close(reason));
        }
    }

    /** Closes when idle, stalled, or too slow for what it holds and others need: called now and then. */
    void check(long nowMs) {
        WireConfig.ConnectionLimits limits = wiring.config().connections();
        boolean sendsSlowly = reader.tooSlow(nowMs, limits.minBytesPerSecond());
        boolean takesSlowly = takesTooSlowly(nowMs, limits.minBytesPerSecond());
        if (sendsSlowly && wiring.budget().isContended()) {
            closeSlow(CloseReason.SLOW_FRAME);
            return;
        }
        if (takesSlowly && wiring.unsent().isOver()) {
            closeSlow(CloseReason.STALLED);
            return;
        }
        long stallMs = limits.stallTimeout().toMillis();
        long incompleteSinceMs = reader.incompleteSinceMs();
        if (incompleteSinceMs >= 0 && nowMs - incompleteSinceMs > stallMs) {
            closeSlow(CloseReason.SLOW_FRAME);
            return;
        }
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > 0) {
            long now = taken(waiting);
            if (now != takenBytes) {
                takenBytes = now;
                lastTakenMs = nowMs;
            } else if (nowMs - lastTakenMs > stallMs) {
                closeSlow(CloseReason.STALLED);
            }
            return;
        }
        lastTakenMs = nowMs;
        if (exchanges.isEmpty() && nowMs - lastActiveMs > limits.maxIdle().toMillis()) {
            close(CloseReason.IDLE);
        }
    }

    /** What the client has taken of what was written; what Netty counts besides does not matter for differences. */
    private long taken(ChannelOutboundBuffer waiting) {
        return output.writtenBytes() - waiting.totalPendingWriteBytes() + waiting.currentProgress();
    }

    /** Whether more answers wait than a second's worth, and less than that was taken in the last second. */
    private boolean takesTooSlowly(long nowMs, int minBytesPerSecond) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long now = waiting == null ? output.writtenBytes() : taken(waiting);
        if (unsent.bytes() <= minBytesPerSecond) {
            takes.restart(nowMs, now);
            return false;
        }
        return takes.isBelow(minBytesPerSecond, nowMs, now);
    }

    private void closeSlow(CloseReason reason) {
        WireConfig.ConnectionLimits limits = wiring.config().connections();
        wiring.slow()
                .log(leftOut -> LOG.warn(
                        "Connection too slow, closed; connection={} reason={} unsentAnswerBytes={}"
                                + " weir.connection.stall.timeout.ms={} weir.connection.min.bytes.per.second={} leftOut={}",
                        this,
                        reason.label(),
                        unsent.bytes(),
                        limits.stallTimeout().toMillis(),
                        limits.minBytesPerSecond(),
                        leftOut));
        close(reason);
    }

    // In: bytes to requests to services

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        lastActiveMs = wiring.time().hiResClockMs();
        reader.received((ByteBuf) bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushNow();
        ctx.fireChannelReadComplete();
    }

    @Override
    public boolean ready() {
        if (!open || ending != null || !channel.isWritable() || peer == null || unsent.mustShrink()) {
            return false;
        }
        WireConfig.RequestLimits limits = wiring.config().requests();
        if (exchanges.isAnyOrder()) {
            // What its fetches may become says little, for most of them wait: what they did become counts.
            return exchanges.size() < limits.maxNodeInFlight();
        }
        int bound = peer.authenticator().principal().isPresent() ? limits.maxInFlight() : 1;
        return exchanges.size() < bound
                && answerBytes < wiring.config().answers().maxConnectionBytes();
    }

    @Override
    public int maxBytes(ByteBuf beginning) {
        WireConfig.RequestLimits limits = wiring.config().requests();
        return limits.maxFrameBytes(listener.callers(), RequestKind.carriesRecords(RequestKind.apiKey(beginning)));
    }

    @Override
    public void invalidLength(int length) {
        wiring.badFrames()
                .log(leftOut -> LOG.warn(
                        "Frame of an invalid length, connection closed; connection={} lengthBytes={}"
                                + " socket.request.max.bytes={} weir.control.request.max.bytes={} leftOut={}",
                        this,
                        length,
                        wiring.config().requests().maxBytes(),
                        wiring.config().requests().maxControlBytes(),
                        leftOut));
        close(CloseReason.INVALID_LENGTH);
    }

    @Override
    public void budgetFreed() {
        advance();
    }

    @Override
    public boolean accepts(ByteBuf frame) {
        Exchange oldest = exchanges.oldest();
        if (oldest != null) {
            boolean turn = !oldest.isAlone()
                    && frame.readableBytes() >= Short.BYTES
                    && RequestKind.isPipelined(RequestKind.apiKey(frame));
            // While room is short, one request a connection; each answer asks again.
            if (!turn || wiring.budget().isFull() || wiring.memory().isFull()) {
                return false;
            }
        }
        Peer from = peer;
        if (from == null) {
            return false;
        }
        try {
            Prepared next = intake.prepare(from, frame);
            prepared = next;
            if (next != null && next.forwarded()) {
                exchanges.anyOrder();
            }
            return next != null;
        } catch (Intake.UnauthenticatedException e) {
            wiring.badFrames()
                    .log(leftOut -> LOG.warn(
                            "Request before authentication, connection closed; connection={} cause={} leftOut={}",
                            this,
                            e.getMessage(),
                            leftOut));
            close(CloseReason.UNAUTHENTICATED);
            return false;
        } catch (RuntimeException | Error e) {
            invalidRequest(frame.readableBytes(), e);
            return false;
        }
    }

    @Override
    public int frame(ByteBuf frame, Reservation reservation) {
        Prepared next = prepared;
        Peer from = peer;
        if (next == null || from == null) {
            throw new IllegalStateException("a frame that was not accepted");
        }
        prepared = null;
        ApiKeys api = next.request().apiKey();
        WireMetrics.Api figures = wiring.metrics().api(api);
        figures.requests().inc();
        figures.requestBytes().inc(frame.readableBytes() + Integer.BYTES);
        ByteBuf kept = frame;
        if (!RequestKind.keepsFrame(api)) {
            kept = Unpooled.EMPTY_BUFFER;
            frame.release();
            wiring.budget().release(reservation);
        }
        Exchange exchange = new Exchange(
                this,
                next.context(),
                next.request(),
                kept,
                reservation,
                next.room(),
                wiring.time().nanoseconds());
        exchanges.add(exchange);
        answerBytes += exchange.answerBytes();
        wiring.metrics().inFlight().increment();
        Call call = new Call(exchange.context(), exchange.request(), from.local(), kept);
        dispatching = true;
        try {
            CompletableFuture<? extends ApiMessage> answer = wiring.dispatcher().call(call, from.authenticator());
            exchange.awaits(answer);
            var _ = answer.whenComplete(exchange);
        } finally {
            dispatching = false;
        }
        if (RequestKind.mayWait(api)) {
            wiring.memory().release(next.room());
        }
        writeFinished();
        return exchange.isAlone() && !exchanges.isAnyOrder() ? ALONE_TURN : 1;
    }

    private void invalidRequest(int frameBytes, Throwable cause) {
        Throwable root =
                cause instanceof InvalidRequestException && cause.getCause() != null ? cause.getCause() : cause;
        wiring.badFrames()
                .log(leftOut -> LOG.warn(
                        "Invalid request, connection closed; connection={} frameBytes={} error={} cause={} leftOut={}",
                        this,
                        frameBytes,
                        LogLimiter.printable(cause.getMessage()),
                        LogLimiter.printable(root.toString()),
                        leftOut));
        close(CloseReason.INVALID_REQUEST);
    }

    // Out: answers in their order

    /** The service is done with a request's frame. Any thread. */
    void freed(Reservation reservation, Reservation room) {
        wiring.metrics().inFlight().decrement();
        wiring.budget().release(reservation);
        wiring.memory().release(room);
    }

    /** A result is there. */
    void completed(Exchange exchange) {
        if (!open) {
            exchange.dropAnswer();
            return;
        }
        exchanges.done(exchange);
        exchange.unsent(Answers.recordBytes(exchange.message()));
        if (!dispatching) {
            advance();
        }
    }

    /** So many more bytes of answers are there and not sent, or fewer. */
    void unsent(long difference) {
        unsent.add(difference);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        advance();
        ctx.fireChannelWritabilityChanged();
    }

    /** Does all that can be done now: answers out, then requests in. */
    private void advance() {
        if (!open || dispatching) {
            return;
        }
        writeFinished();
        reader.resume();
        updateReading();
        closeIfFinished();
    }

    private void updateReading() {
        boolean wanted = reader.mayRead();
        // Before the flush at the end of the turn, which most often makes room, stopping would cost two system calls.
        if (open && wanted != channel.config().isAutoRead() && (wanted || !flushDue)) {
            channel.config().setAutoRead(wanted);
        }
    }

    private void writeFinished() {
        while (open && channel.isWritable()) {
            Exchange next = exchanges.next();
            if (next == null) {
                return;
            }
            answerBytes -= next.answerBytes();
            if (output.write(next) && !flushDue) {
                flushDue = true;
                thread.flushLater(this);
            }
            if (open && ending == null && peer != null && peer.authenticator().failed()) {
                end(CloseReason.UNAUTHENTICATED);
                closeIfFinished();
            }
        }
    }

    /** The answer has left, or cannot any more. */
    void written(Exchange exchange, boolean success) {
        if (success) {
            long nowNs = wiring.time().nanoseconds();
            lastActiveMs = TimeUnit.NANOSECONDS.toMillis(nowNs);
            long tookNs = nowNs - exchange.startedNs();
            wiring.metrics().api(exchange.api()).seconds().observe(tookNs / 1e9);
        }
    }

    /** The exchange has failed, and there is no way to say so. */
    void unanswerable() {
        if (exchanges.isAnyOrder()) {
            // Its caller finds out when its time is over; closing would fail what others wait for.
            return;
        }
        close(CloseReason.UNANSWERABLE);
    }

    /** An answer has left: somebody who had to take all of them first may go on. */
    void drained() {
        if (unsent.bytes() == 0 && !channel.config().isAutoRead()) {
            advance();
        }
    }

    /** Sends what was written since the last flush, and settles whether to read on. */
    void flushNow() {
        if (flushDue) {
            flushDue = false;
            channel.flush();
        }
        updateReading();
    }

    @Override
    public String toString() {
        return peer == null ? "unknown" : peer.connectionId();
    }
}
