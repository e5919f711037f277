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
import io.weir.kafka.wire.RequestBudget.Reservation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. Everything here runs on its event loop.
 *
 * <p>Requests go to their service as they arrive, without waiting for earlier answers; answers leave in the order of the
 * requests, whatever the order in which they become known. Reading stops while as many requests are under way as may be,
 * while the fetches under way may become as large as may be, or while the client does not take its answers: then finished
 * answers wait unencoded.
 */
final class Connection extends ChannelInboundHandlerAdapter implements FrameReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Wiring wiring;
    private final WireConfig.Listener listener;
    private final ListenerName listenerName;
    private final NetworkThread thread;
    private final Channel channel;
    private final FrameReader reader;
    private final Queue<Exchange> exchanges = new ArrayDeque<>();

    private @Nullable Peer peer;
    private ClientInformation client = ClientInformation.EMPTY;
    private boolean open;
    private boolean shuttingDown;
    private boolean dispatching;
    private boolean flushDue;
    private long answerBytes;
    private long lastActiveMs;
    private long lastTakenMs;
    private long taken;

    /** Who is there, known once the connection is active. */
    private record Peer(
            String connectionId, InetSocketAddress remote, InetSocketAddress local, Authenticator authenticator) {}

    Connection(Wiring wiring, WireConfig.Listener listener, NetworkThread thread, Channel channel) {
        this.wiring = wiring;
        this.listener = listener;
        this.listenerName = new ListenerName(listener.name());
        this.thread = thread;
        this.channel = channel;
        this.reader = new FrameReader(
                this,
                thread,
                wiring.allocator(),
                wiring.budget(),
                wiring.time(),
                wiring.config().requests().maxBytes());
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
        var _ = channel.close();
        List<Exchange> left = List.copyOf(exchanges);
        exchanges.clear();
        thread.remove(this);
        for (Exchange exchange : left) {
            if (exchange.done()) {
                exchange.dropAnswer();
            } else {
                exchange.abandon();
            }
        }
    }

    /** Takes no more requests, and closes when those that are under way have been answered. */
    void shutdown() {
        shuttingDown = true;
        channel.config().setAutoRead(false);
        closeIfFinished();
    }

    private void closeIfFinished() {
        if (open && shuttingDown && exchanges.isEmpty()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener((ChannelFutureListener) flushed -> close(CloseReason.SHUTDOWN));
        }
    }

    /** Closes when idle or stalled: called now and then. */
    void check(long nowMs) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > 0) {
            long now = 31L * System.identityHashCode(waiting.current()) + waiting.currentProgress();
            if (now != taken) {
                taken = now;
                lastTakenMs = nowMs;
            } else if (nowMs - lastTakenMs
                    > wiring.config().connections().stallTimeout().toMillis()) {
                closeSlow(CloseReason.STALLED);
            }
            return;
        }
        lastTakenMs = nowMs;
        long incompleteSinceMs = reader.incompleteSinceMs();
        if (incompleteSinceMs >= 0
                && nowMs - incompleteSinceMs
                        > wiring.config().connections().stallTimeout().toMillis()) {
            closeSlow(CloseReason.SLOW_FRAME);
        } else if (exchanges.isEmpty()
                && nowMs - lastActiveMs
                        > wiring.config().connections().maxIdle().toMillis()) {
            close(CloseReason.IDLE);
        }
    }

    private void closeSlow(CloseReason reason) {
        wiring.badFrames()
                .log(leftOut -> LOG.warn(
                        "Connection too slow, closed; connection={} reason={} weir.connection.stall.timeout.ms={} leftOut={}",
                        this,
                        reason.label(),
                        wiring.config().connections().stallTimeout().toMillis(),
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
        if (!open || shuttingDown || !channel.isWritable() || peer == null) {
            return false;
        }
        int bound = peer.authenticator().principal().isPresent()
                ? wiring.config().requests().maxInFlight()
                : 1;
        return exchanges.size() < bound
                && answerBytes < wiring.config().requests().maxAnswerBytes();
    }

    @Override
    public void invalidLength(int length) {
        wiring.badFrames()
                .log(leftOut -> LOG.warn(
                        "Frame of an invalid length, connection closed; connection={} lengthBytes={}"
                                + " socket.request.max.bytes={} leftOut={}",
                        this,
                        length,
                        wiring.config().requests().maxBytes(),
                        leftOut));
        close(CloseReason.INVALID_LENGTH);
    }

    @Override
    public void budgetFreed() {
        advance();
    }

    @Override
    public void frame(ByteBuf frame, Reservation reservation) {
        Exchange exchange;
        int frameBytes = frame.readableBytes();
        try {
            exchange = parse(frame, reservation);
        } catch (RuntimeException | Error e) {
            frame.release();
            wiring.budget().release(reservation);
            invalidRequest(frameBytes, e);
            return;
        }
        Peer from = peer;
        if (exchange == null || from == null) {
            frame.release();
            wiring.budget().release(reservation);
            return;
        }
        WireMetrics.Api figures = wiring.metrics().api(exchange.api());
        figures.requests().inc();
        figures.requestBytes().inc(frameBytes + Integer.BYTES);
        exchanges.add(exchange);
        answerBytes += exchange.answerBytes();
        wiring.metrics().inFlight().increment();
        Call call = new Call(exchange.context(), exchange.request(), from.local(), frame);
        dispatching = true;
        try {
            CompletableFuture<? extends ApiMessage> answer = wiring.dispatcher().call(call, from.authenticator());
            exchange.awaits(answer);
            var _ = answer.whenComplete(exchange);
        } finally {
            dispatching = false;
        }
        writeFinished();
    }

    /** Null when the connection had to be closed. */
    private @Nullable Exchange parse(ByteBuf frame, Reservation reservation) {
        long nowNs = wiring.time().nanoseconds();
        Peer from = peer;
        if (from == null) {
            return null;
        }
        ByteBuffer bytes = frame.nioBuffer();
        RequestHeader header = wiring.parser().header(bytes);
        Authenticator authenticator = from.authenticator();
        Optional<KafkaPrincipal> principal = authenticator.principal();
        ApiKeys api = header.apiKey();
        if (principal.isEmpty()
                && api != ApiKeys.API_VERSIONS
                && !authenticator.apis().contains(api)) {
            wiring.badFrames()
                    .log(leftOut -> LOG.warn(
                            "Request before authentication, connection closed; connection={} api={} leftOut={}",
                            this,
                            api,
                            leftOut));
            close(CloseReason.UNAUTHENTICATED);
            return null;
        }
        AbstractRequest request = wiring.parser().body(header, bytes);
        if (request instanceof ApiVersionsRequest versions && versions.version() >= 3 && versions.isValid()) {
            client = new ClientInformation(
                    versions.data().clientSoftwareName(), versions.data().clientSoftwareVersion());
        }
        RequestContext context = new RequestContext(
                header,
                from.connectionId(),
                from.remote().getAddress(),
                Optional.of(from.remote().getPort()),
                principal.orElse(KafkaPrincipal.ANONYMOUS),
                listenerName,
                listener.securityProtocol(),
                client,
                false);
        return new Exchange(this, context, request, frame, reservation, nowNs);
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

    // Out: answers in order

    /** The service is done with a request's frame. Any thread. */
    void freed(Reservation reservation) {
        wiring.metrics().inFlight().decrement();
        wiring.budget().release(reservation);
    }

    /** A result is there. */
    void completed(Exchange exchange) {
        if (!open) {
            exchange.dropAnswer();
        } else if (!dispatching) {
            advance();
        }
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
            Exchange first = exchanges.peek();
            if (first == null || !first.done()) {
                return;
            }
            exchanges.remove();
            answerBytes -= first.answerBytes();
            write(first);
        }
    }

    private void write(Exchange exchange) {
        if (exchange.silent()) {
            finishSilently(exchange);
            return;
        }
        Throwable failure = exchange.failure();
        if (failure == null && exchange.message() == null) {
            failure = new UnknownServerException("the service gave no answer to a request that waits for one");
        }
        List<ByteBuf> pieces = failure == null ? encode(exchange) : encodeFailure(exchange, failure);
        if (pieces.isEmpty()) {
            close(CloseReason.UNANSWERABLE);
            return;
        }
        int last = pieces.size() - 1;
        long bytes = 0;
        for (ByteBuf piece : pieces) {
            bytes += piece.readableBytes();
        }
        wiring.metrics().api(exchange.api()).responseBytes().inc(bytes);
        if (last == 0) {
            // Records that are in it were copied.
            exchange.dropAnswer();
        }
        for (int i = 0; i < last; i++) {
            var _ = channel.write(pieces.get(i), channel.voidPromise());
        }
        channel.write(pieces.get(last)).addListener(exchange);
        if (!flushDue) {
            flushDue = true;
            thread.flushLater(this);
        }
    }

    /** The client of acks=0 waits for nothing; the only way to tell it of an error is to close. */
    private void finishSilently(Exchange exchange) {
        boolean[] failed = {exchange.failure() != null};
        ApiMessage message = exchange.message();
        if (message != null) {
            countErrors(exchange, message);
            Answers.errors(message, exchange.context().apiVersion(), (error, count) -> failed[0] = true);
        }
        exchange.dropAnswer();
        if (failed[0]) {
            LOG.info(
                    "Produce with acks=0 failed, connection closed so that the client notices; connection={} cause={}",
                    this,
                    String.valueOf(exchange.failure()));
            close(CloseReason.UNANSWERABLE);
        } else {
            written(exchange, true);
        }
    }

    private List<ByteBuf> encode(Exchange exchange) {
        ApiMessage message = exchange.message();
        if (message == null) {
            return List.of();
        }
        try {
            List<ByteBuf> pieces = wiring.encoder().encode(exchange.context(), message);
            countErrors(exchange, message);
            return pieces;
        } catch (RuntimeException | Error e) {
            return encodeFailure(exchange, e);
        }
    }

    private List<ByteBuf> encodeFailure(Exchange exchange, Throwable failure) {
        ApiMessage message = wiring.dispatcher().failureAnswer(exchange, failure);
        if (message == null) {
            exchange.dropAnswer();
            return List.of();
        }
        exchange.replace(message);
        try {
            List<ByteBuf> pieces = wiring.encoder().encode(exchange.context(), message);
            countErrors(exchange, message);
            return pieces;
        } catch (RuntimeException e) {
            LOG.error("The error answer does not fit its version; api={}", exchange.api(), e);
            return List.of();
        }
    }

    /** Counting must not cost the answer: some of Kafka's classes do not take what a client may have asked for. */
    private void countErrors(Exchange exchange, ApiMessage message) {
        try {
            Answers.errors(
                    message,
                    exchange.context().apiVersion(),
                    (error, count) -> wiring.metrics().error(exchange.api(), error, count));
        } catch (RuntimeException e) {
            LOG.debug("Errors not counted; api={} connection={}", exchange.api(), this, e);
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
