package io.weir.kafka.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.weir.kafka.frame.ReceiveBuffers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;

/**
 * What the connections of one event loop share: receive buffers, the sweep for idle ones, the flush at the end of a turn.
 * On that event loop, but for the constructor and {@link #shutdown}.
 */
final class NetworkThread {
    private final EventLoop loop;
    private final ReceiveBuffers receiving;
    private final Time time;
    private final long sweepMs;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private List<Connection> toFlush = new ArrayList<>();
    private boolean sweeping;
    private boolean closing;

    NetworkThread(EventLoop loop, ByteBufAllocator allocator, Time time, WireConfig.ConnectionLimits limits) {
        this.loop = loop;
        this.receiving = new ReceiveBuffers(allocator);
        this.time = time;
        long shortestMs =
                Math.min(limits.maxIdle().toMillis(), limits.stallTimeout().toMillis());
        this.sweepMs = Math.clamp(shortestMs / 4, 10, 1000);
    }

    EventLoop loop() {
        return loop;
    }

    void add(Connection connection) {
        connections.add(connection);
        if (closing) {
            connection.shutdown();
        } else if (!sweeping) {
            sweepLater();
        }
    }

    private void sweepLater() {
        sweeping = true;
        var _ = loop.schedule(this::sweep, sweepMs, TimeUnit.MILLISECONDS);
    }

    void remove(Connection connection) {
        connections.remove(connection);
        if (closing && connections.isEmpty()) {
            free();
        }
    }

    /** Flushes the connection once everything that is ready now on this thread has been written. */
    void flushLater(Connection connection) {
        toFlush.add(connection);
        if (toFlush.size() == 1) {
            loop.execute(this::flushAll);
        }
    }

    ReceiveBuffers receiving() {
        return receiving;
    }

    /** Lets connections finish what is under way and no more; done when all of them are closed. Any thread. */
    CompletableFuture<Void> shutdown() {
        loop.execute(() -> {
            closing = true;
            List.copyOf(connections).forEach(Connection::shutdown);
            if (connections.isEmpty()) {
                free();
            }
        });
        return empty;
    }

    /** Closes what is left. Any thread. */
    void closeAll() {
        loop.execute(() -> List.copyOf(connections).forEach(connection -> connection.close(CloseReason.SHUTDOWN)));
    }

    private void free() {
        receiving.free();
        empty.complete(null);
    }

    private void flushAll() {
        List<Connection> flushing = toFlush;
        toFlush = new ArrayList<>(flushing.size());
        flushing.forEach(Connection::flushNow);
    }

    private void sweep() {
        sweeping = false;
        if (!closing && !connections.isEmpty()) {
            // First, so that no failure below ends the sweeping.
            sweepLater();
        }
        long nowMs = time.hiResClockMs();
        List.copyOf(connections).forEach(connection -> connection.check(nowMs));
    }
}
