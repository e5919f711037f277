package io.weir.kafka.client;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.frame.RequestBudget;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;

/** Figures of calls to other nodes. Any thread. */
final class ClientMetrics {
    private final Counter failures;
    private final Counter connects;
    private final Gauge connections;
    private final LongAdder requestsInFlight = new LongAdder();
    private final LongAdder bytesInFlight = new LongAdder();
    private final ConcurrentMap<ApiKeys, Api> apis = new ConcurrentHashMap<>();
    private final Function<ApiKeys, Api> newApi;

    /** Why a call has no answer. */
    enum Failure {
        NOT_SENT,
        LOST,
        TIMEOUT,
        CANCELLED,
        UNSUPPORTED,
        INVALID_ANSWER
    }

    /** Figures of one api. */
    record Api(CounterDataPoint requests, CounterDataPoint requestBytes, DistributionDataPoint seconds) {}

    ClientMetrics(PrometheusRegistry registry, RequestBudget answers) {
        Counter requests = counter(registry, "weir_internal_client_requests", "Requests to other nodes", "api");
        Counter bytes = counter(registry, "weir_internal_client_request_bytes", "Bytes of these requests", "api");
        failures = counter(
                registry, "weir_internal_client_failures", "Requests to other nodes without answer", "api", "reason");
        connects = counter(registry, "weir_internal_client_connects", "Attempts to connect to other nodes", "result");
        connections = Gauge.builder()
                .name("weir_internal_client_connections")
                .help("Connections to other nodes that are ready")
                .register(registry);
        Histogram seconds = Histogram.builder()
                .name("weir_internal_client_request_seconds")
                .help("From the call to its answer, of requests to other nodes")
                .labelNames("api")
                .classicOnly()
                .classicUpperBounds(
                        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
                        30)
                .register(registry);
        gauge(registry, "weir_internal_client_requests_in_flight", "Requests to other nodes under way", () ->
                (double) requestsInFlight.sum());
        gauge(registry, "weir_internal_client_request_bytes_in_flight", "Bytes of requests under way", () ->
                (double) bytesInFlight.sum());
        gauge(
                registry,
                "weir_internal_client_answer_bytes",
                "Bytes of answers that are arriving or whose records are in use",
                () -> (double) answers.usedBytes());
        newApi = api ->
                new Api(requests.labelValues(api.name), bytes.labelValues(api.name), seconds.labelValues(api.name));
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    Api api(ApiKeys api) {
        Api figures = apis.get(api);
        return figures != null ? figures : apis.computeIfAbsent(api, newApi);
    }

    void entered(long bytes) {
        requestsInFlight.increment();
        bytesInFlight.add(bytes);
    }

    void left(long bytes) {
        requestsInFlight.decrement();
        bytesInFlight.add(-bytes);
    }

    void failed(ApiKeys api, Failure reason) {
        failures.labelValues(api.name, reason.name().toLowerCase(Locale.ROOT)).inc();
    }

    void connected() {
        connects.labelValues("ready").inc();
        connections.inc();
    }

    void disconnected() {
        connections.dec();
    }

    void connectFailed() {
        connects.labelValues("failed").inc();
    }
}
