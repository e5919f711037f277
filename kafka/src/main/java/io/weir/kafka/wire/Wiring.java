package io.weir.kafka.wire;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Service;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** What all connections of a server share. Each part says its own threads. */
record Wiring(
        WireConfig config,
        Time time,
        PooledByteBufAllocator allocator,
        RequestBudget budget,
        RequestBudget memory,
        UnsentAnswers unsent,
        ConnectionGate gate,
        WireMetrics metrics,
        Dispatcher dispatcher,
        RequestParser parser,
        AnswerEncoder encoder,
        Authenticator.Factory authenticators,
        LogLimiter badFrames,
        LogLimiter slow,
        LogLimiter failedSilently,
        LogLimiter refusals) {

    static Wiring of(
            WireConfig config,
            Service service,
            Supplier<FeatureLevels> features,
            Authenticator.Factory authenticators,
            PooledByteBufAllocator allocator,
            Time time,
            PrometheusRegistry registry) {
        RequestBudget budget = new RequestBudget(config.requests().maxInFlightBytes());
        RequestBudget memory = new RequestBudget(config.requests().maxControlMemoryBytes());
        UnsentAnswers unsent = new UnsentAnswers(config.answers().maxUnsentBytes());
        return new Wiring(
                config,
                time,
                allocator,
                budget,
                memory,
                unsent,
                new ConnectionGate(config.connections()),
                new WireMetrics(registry, allocator, budget, memory, unsent),
                new Dispatcher(service, features, time),
                new RequestParser(config.requests().maxFields()),
                new AnswerEncoder(allocator),
                authenticators,
                new LogLimiter(time),
                new LogLimiter(time),
                new LogLimiter(time),
                new LogLimiter(time));
    }
}
