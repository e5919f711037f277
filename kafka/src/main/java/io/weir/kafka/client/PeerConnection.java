package io.weir.kafka.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCounted;
import io.weir.kafka.Call;
import io.weir.kafka.client.ClientMetrics.Failure;
import io.weir.kafka.frame.ReceiveBuffers;
import io.weir.kafka.wire.Answers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to another node, made when it is first needed and again when it was lost. Requests leave in the order of the
 * calls, whatever the threads that make them; when the connection is lost all that are under way or wait fail, so that none
 * overtakes another by it. After a failure calls fail at once until it is time for the next attempt.
 *
 * <p>{@link #call} and {@link #cancelled} are for any thread; all else runs on the event loop.
 */
final class PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    private static final long SWEEP_MS = 100;
    private static final int MAX_DOUBLINGS = 20;

    private final InetSocketAddress address;
    private final String peer;
    private final RemoteContext context;
    private final EventLoop loop;
    private final ReceiveBuffers receiving;
    private final Consumer<PeerApis> told;
    private final InFlight inFlight;
    private final Queue<PendingCall> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private @Nullable PeerSession session;
    private boolean connecting;
    private boolean sweeping;
    private boolean closed;
    private int failures;
    private long nextAttemptMs = Long.MIN_VALUE;
    private @Nullable RuntimeException lastFailure;

    /**
     * @param address to resolve anew at each attempt
     * @param told what the peer serves, at each connection
     */
    PeerConnection(
            InetSocketAddress address,
            RemoteContext context,
            EventLoop loop,
            ReceiveBuffers receiving,
            Consumer<PeerApis> told) {
        this.address = address;
        this.peer = address.getHostString() + ":" + address.getPort();
        this.context = context;
        this.loop = loop;
        this.receiving = receiving;
        this.told = told;
        this.inFlight = new InFlight(
                context.config().maxInFlightRequests(), context.config().maxInFlightBytes());
    }

    /** Sends a request as soon as the connection takes it. */
    CompletableFuture<ApiMessage> call(Call call) {
        ClientMetrics.Api figures = context.metrics().api(call.api());
        figures.requests().inc();
        List<ByteBuf> pieces;
        try {
            pieces = context.encoder().encode(call);
        } catch (RuntimeException e) {
            context.metrics().failed(call.api(), Failure.UNSUPPORTED);
            return CompletableFuture.failedFuture(e);
        }
        long bytes = 0;
        for (ByteBuf piece : pieces) {
            bytes += piece.readableBytes();
        }
        if (!inFlight.enter(bytes)) {
            pieces.forEach(ByteBuf::release);
            context.metrics().failed(call.api(), Failure.NOT_SENT);
            return CompletableFuture.failedFuture(new RequestNotSentException(
                    "too much is under way to node " + peer + ": " + inFlight.requests() + " requests of "
                            + inFlight.bytes() + " bytes",
                    null));
        }
        figures.requestBytes().inc(bytes);
        context.metrics().entered(bytes);
        // One piece has copies of everything in it.
        ReferenceCounted frame = pieces.size() > 1 ? call.frame().retain() : Unpooled.EMPTY_BUFFER;
        long startedNs = context.time().nanoseconds();
        long timeoutMs = context.config().requestTimeout().toMillis()
                + Waits.milliseconds(call.request().data());
        PendingCall pending = new PendingCall(
                this,
                call.api(),
                call.version(),
                pieces,
                bytes,
                frame,
                startedNs,
                TimeUnit.NANOSECONDS.toMillis(startedNs) + timeoutMs);
        outbox.add(pending);
        schedule();
        return pending;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException ended) {
                failOutbox(new RequestNotSentException("this node is stopping", ended));
            }
        }
    }

    /** From any thread: the call's future was cancelled. */
    void cancelled(PendingCall call) {
        try {
            loop.execute(() -> {
                if (!call.settled()) {
                    context.metrics().failed(call.api(), Failure.CANCELLED);
                    settle(call);
                }
            });
        } catch (RejectedExecutionException ended) {
            // Everything was given back when the event loop ended.
        }
    }

    // Out

    private void drain() {
        scheduled.set(false);
        PeerSession open = session;
        PeerApis apis = open == null ? null : open.apis();
        if (closed) {
            failOutbox(new RequestNotSentException("connections to node " + peer + " are closed", null));
        } else if (open != null && apis != null) {
            write(open, apis);
        } else if (!connecting && !outbox.isEmpty()) {
            if (context.time().hiResClockMs() < nextAttemptMs) {
                failOutbox(new RequestNotSentException(
                        "no connection to node " + peer + " and no new attempt yet: " + lastFailureMessage(),
                        lastFailure));
            } else {
                connect();
            }
        }
        sweepLater();
    }

    private void write(PeerSession open, PeerApis apis) {
        long nowMs = context.time().hiResClockMs();
        boolean flush = false;
        while (open.isWritable()) {
            PendingCall call = outbox.poll();
            if (call == null) {
                break;
            }
            if (call.isDone()) {
                settle(call);
                continue;
            }
            UnsupportedVersionException refusal = apis.refusal(peer, call.api(), call.version());
            if (refusal != null) {
                fail(call, refusal, Failure.UNSUPPORTED);
                continue;
            }
            open.send(call, nowMs);
            flush = true;
        }
        if (flush) {
            open.flush();
        }
    }

    /** The socket has taken enough for more. */
    void writable() {
        PeerSession open = session;
        if (open != null && open.apis() != null && !outbox.isEmpty()) {
            schedule();
        }
    }

    // Answers and what is instead of them

    void answered(PendingCall call, ApiMessage answer) {
        long tookNs = context.time().nanoseconds() - call.startedNs();
        context.metrics().api(call.api()).seconds().observe(tookNs / 1e9);
        call.settle();
        if (!call.complete(answer)) {
            Answers.release(answer);
        }
    }

    void invalidAnswer(PendingCall call, RuntimeException cause) {
        LOG.error("Answer of another node cannot be read; peer={} api={}", peer, call.api(), cause);
        fail(
                call,
                new NetworkException("the answer of node " + peer + " to " + call.api() + " cannot be read", cause),
                Failure.INVALID_ANSWER);
    }

    /** Its time is over, or its future was completed by somebody else. */
    void timedOut(PendingCall call) {
        if (call.isDone()) {
            settle(call);
        } else {
            fail(
                    call,
                    new TimeoutException("node " + peer + " has not answered " + call.api() + " in time"
                            + (call.sent() ? "" : "; it was not sent")),
                    Failure.TIMEOUT);
        }
    }

    private void fail(PendingCall call, RuntimeException cause, Failure reason) {
        settle(call);
        if (call.completeExceptionally(cause)) {
            context.metrics().failed(call.api(), reason);
        }
    }

    private void settle(PendingCall call) {
        PeerSession open = session;
        if (open != null) {
            open.forget(call);
        }
        call.settle();
    }

    /** The call holds nothing any more. */
    void left(PendingCall call) {
        inFlight.leave(call.bytes());
        context.metrics().left(call.bytes());
    }

    private void failOutbox(RuntimeException cause) {
        for (PendingCall call = outbox.poll(); call != null; call = outbox.poll()) {
            fail(call, cause, Failure.NOT_SENT);
        }
    }

    private void sweepLater() {
        if (inFlight.requests() > 0 && !sweeping && !closed) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        long nowMs = context.time().hiResClockMs();
        outbox.removeIf(call -> {
            boolean over = call.isDone() || nowMs >= call.deadlineMs();
            if (over) {
                timedOut(call);
            }
            return over;
        });
        PeerSession open = session;
        if (open != null) {
            open.expire(nowMs);
        }
        sweepLater();
    }

    // Life and death

    private void connect() {
        connecting = true;
        Thread.startVirtualThread(() -> {
            InetSocketAddress resolved;
            try {
                resolved = new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort());
            } catch (UnknownHostException e) {
                onLoop(() -> connectFailed(new NetworkException("unknown host " + address.getHostString(), e)));
                return;
            }
            onLoop(() -> connect(resolved));
        });
    }

    private void onLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException ended) {
            failOutbox(new RequestNotSentException("this node is stopping", ended));
        }
    }

    private void connect(InetSocketAddress resolved) {
        if (closed) {
            return;
        }
        RemoteConfig config = context.config();
        int high = config.writeBufferBytes();
        ChannelFuture attempt = new Bootstrap()
                .group(loop)
                .channel(context.socketType())
                .option(ChannelOption.ALLOCATOR, context.allocator())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(config.connectTimeout().toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        PeerSession opened = new PeerSession(PeerConnection.this, context, loop, receiving, channel);
                        session = opened;
                        channel.pipeline().addLast(opened);
                    }
                })
                .connect(resolved);
        attempt.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                session = null;
                connectFailed(new NetworkException(String.valueOf(done.cause().getMessage()), done.cause()));
            } else {
                awaitReady();
            }
        });
    }

    private void awaitReady() {
        PeerSession opened = session;
        var _ = loop.schedule(
                () -> {
                    if (opened != null && opened.apis() == null) {
                        opened.close(new NetworkException("it was not ready in time"));
                    }
                },
                context.config().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** The handshake is done. */
    void ready(PeerSession opened, PeerApis apis) {
        connecting = false;
        failures = 0;
        context.metrics().connected();
        LOG.info("Connected to node; peer={} connection={}", peer, opened);
        told.accept(apis);
        schedule();
    }

    /** The socket is gone, and with it what was under way. */
    void closed(PeerSession gone, RuntimeException cause, List<PendingCall> left) {
        boolean wasReady = gone.apis() != null;
        session = null;
        if (wasReady) {
            context.metrics().disconnected();
            LOG.info("Connection to node lost; peer={} underWay={} cause={}", peer, left.size(), cause.getMessage());
        }
        for (PendingCall call : left) {
            fail(
                    call,
                    new NetworkException(
                            "the connection to node " + peer + " was lost before it answered " + call.api()
                                    + ", which it may have done or not: " + cause.getMessage(),
                            cause),
                    Failure.LOST);
        }
        if (closed) {
            failOutbox(new RequestNotSentException("connections to node " + peer + " are closed", null));
        } else if (wasReady) {
            pause(cause);
            failOutbox(new RequestNotSentException("the connection to node " + peer + " was lost", cause));
        } else {
            connectFailed(cause);
        }
    }

    private void connectFailed(RuntimeException cause) {
        connecting = false;
        context.metrics().connectFailed();
        pause(cause);
        if (!closed) {
            context.failures()
                    .log(leftOut -> LOG.warn(
                            "No connection to node; peer={} attempts={} cause={} leftOut={}",
                            peer,
                            failures,
                            cause.getMessage(),
                            leftOut));
        }
        failOutbox(new RequestNotSentException("no connection to node " + peer + ": " + cause.getMessage(), cause));
    }

    private void pause(RuntimeException cause) {
        lastFailure = cause;
        RemoteConfig.Backoff backoff = context.config().backoff();
        long longestMs = backoff.longest().toMillis();
        long pauseMs = Math.min(longestMs, backoff.first().toMillis() << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        nextAttemptMs =
                context.time().hiResClockMs() + pauseMs / 2 + context.random().nextLong(pauseMs / 2 + 1);
    }

    private String lastFailureMessage() {
        return lastFailure == null ? "unknown" : String.valueOf(lastFailure.getMessage());
    }

    /** Closes for good; done when everything has been given back. Any thread. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                closed = true;
                PeerSession open = session;
                if (open != null) {
                    open.close(new NetworkException("this node closed the connection"));
                }
                failOutbox(new RequestNotSentException("connections to node " + peer + " are closed", null));
                done.complete(null);
            });
        } catch (RejectedExecutionException ended) {
            done.complete(null);
        }
        return done;
    }

    @Override
    public String toString() {
        return peer;
    }
}
