package io.weir.kafka.wire;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.frame.RequestBudget;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** The wire's figures for one kind of callers. Data points of the hot path are looked up once. Any thread. */
final class WireMetrics {
    private final Gauge connections;
    private final Counter accepted;
    private final Counter refused;
    private final Counter closed;
    private final Counter errors;
    private final ConcurrentMap<ApiKeys, Api> apis = new ConcurrentHashMap<>();
    private final Function<ApiKeys, Api> newApi;
    private final LongAdder inFlight = new LongAdder();

    /** Figures of one api. */
    record Api(
            CounterDataPoint requests,
            CounterDataPoint requestBytes,
            CounterDataPoint responseBytes,
            DistributionDataPoint seconds) {}

    WireMetrics(
            PrometheusRegistry registry, PooledByteBufAllocator allocator, WireConfig.Callers callers, Bounds bounds) {
        String prefix = prefix(callers);
        RequestBudget budget = bounds.budget();
        RequestBudget memory = bounds.memory();
        UnsentAnswers unsent = bounds.unsent();
        connections = Gauge.builder()
                .name(prefix + "connections")
                .help("Open connections")
                .labelNames("listener")
                .register(registry);
        accepted = counter(registry, prefix + "connections_accepted", "Connections accepted", "listener");
        refused = counter(
                registry, prefix + "connections_refused", "Connections closed for a limit", "listener", "reason");
        closed = counter(registry, prefix + "connections_closed", "Connections closed", "listener", "reason");
        errors = counter(registry, prefix + "errors", "Errors in answers, by partition", "api", "error");
        Counter requests = counter(registry, prefix + "requests", "Requests parsed", "api");
        Counter requestBytes = counter(registry, prefix + "request_bytes", "Bytes of requests", "api");
        Counter responseBytes = counter(registry, prefix + "response_bytes", "Bytes of answers", "api");
        Histogram seconds = Histogram.builder()
                .name(prefix + "request_seconds")
                .help("From the last byte of a request to the last byte of its answer in the socket's buffer")
                .labelNames("api")
                .classicOnly()
                .classicUpperBounds(
                        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
                        30)
                .register(registry);
        newApi = api -> new Api(
                requests.labelValues(api.name),
                requestBytes.labelValues(api.name),
                responseBytes.labelValues(api.name),
                seconds.labelValues(api.name));
        inFlight(registry, prefix);
        if (callers == WireConfig.Callers.CLIENTS) {
            buffers(registry, allocator);
        }
        GaugeWithCallback.builder()
                .name(prefix + "request_bytes_in_flight")
                .help("Bytes of requests that are arriving or not answered yet: queued.max.request.bytes")
                .callback(callback -> callback.call((double) budget.usedBytes()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(prefix + "control_bytes_in_flight")
                .help("Memory of parsed requests that are not answered yet, an estimate: weir.queued.max.control.bytes")
                .callback(callback -> callback.call((double) memory.usedBytes()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(prefix + "answer_bytes_unsent")
                .help("Bytes of answers that their clients have not taken yet: weir.queued.max.answer.bytes")
                .callback(callback -> callback.call((double) unsent.bytes()))
                .register(registry);
    }

    /** What clients ask and what nodes ask in the name of their clients are figures of their own. */
    private static String prefix(WireConfig.Callers callers) {
        return switch (callers) {
            case CLIENTS -> "weir_kafka_";
            case NODES -> "weir_internal_server_";
        };
    }

    private void inFlight(PrometheusRegistry registry, String prefix) {
        GaugeWithCallback.builder()
                .name(prefix + "requests_in_flight")
                .help("Requests handed to their service and not answered by it yet")
                .callback(callback -> callback.call((double) inFlight.sum()))
                .register(registry);
    }

    private static void buffers(PrometheusRegistry registry, PooledByteBufAllocator allocator) {
        GaugeWithCallback.builder()
                .name("weir_kafka_buffer_bytes")
                .help("Direct memory of the buffer pool: taken from the system, and of that in use")
                .labelNames("state")
                .callback(callback -> {
                    callback.call((double) allocator.metric().usedDirectMemory(), "taken");
                    callback.call((double) allocator.pinnedDirectMemory(), "in_use");
                })
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    GaugeDataPoint connections(WireConfig.Listener listener) {
        return connections.labelValues(listener.name());
    }

    CounterDataPoint accepted(WireConfig.Listener listener) {
        return accepted.labelValues(listener.name());
    }

    void refused(WireConfig.Listener listener, CloseReason reason) {
        refused.labelValues(listener.name(), reason.label()).inc();
    }

    void closed(WireConfig.Listener listener, CloseReason reason) {
        closed.labelValues(listener.name(), reason.label()).inc();
    }

    void error(ApiKeys api, Errors error, int count) {
        errors.labelValues(api.name, error.name()).inc(count);
    }

    /** The figures of one api, made when it is first asked for. */
    Api api(ApiKeys api) {
        Api figures = apis.get(api);
        return figures != null ? figures : apis.computeIfAbsent(api, newApi);
    }

    /** Requests handed over and not answered yet. */
    LongAdder inFlight() {
        return inFlight;
    }
}
