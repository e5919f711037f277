package io.weir.kafka.wire;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.kafka.frame.RequestBudget;
import org.apache.kafka.common.utils.Time;

/** What all connections of a listener share. Each part says its own threads. */
record Wiring(
        WireConfig config,
        WireConfig.Listener listener,
        Time time,
        PooledByteBufAllocator allocator,
        Bounds bounds,
        WireMetrics metrics,
        Dispatcher dispatcher,
        RequestParser parser,
        AnswerEncoder encoder,
        Authenticator.Factory authenticators,
        LogLimiter badFrames,
        LogLimiter slow,
        LogLimiter failedSilently,
        LogLimiter refusals) {

    Wiring(
            WireConfig config,
            WireConfig.Listener listener,
            Time time,
            PooledByteBufAllocator allocator,
            Bounds bounds,
            WireMetrics metrics,
            Dispatcher dispatcher,
            Authenticator.Factory authenticators) {
        this(
                config,
                listener,
                time,
                allocator,
                bounds,
                metrics,
                dispatcher,
                new RequestParser(config.requests().maxFields(), listener.callers()),
                new AnswerEncoder(allocator),
                authenticators,
                new LogLimiter(time),
                new LogLimiter(time),
                new LogLimiter(time),
                new LogLimiter(time));
    }

    RequestBudget budget() {
        return bounds.budget();
    }

    RequestBudget memory() {
        return bounds.memory();
    }

    UnsentAnswers unsent() {
        return bounds.unsent();
    }

    ConnectionGate gate() {
        return bounds.gate();
    }
}
