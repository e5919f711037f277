package io.weir.metadata.node;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** What the way to the active controller shows. Any thread. */
final class RemoteControllerMetrics {
    private final PrometheusRegistry registry;
    private final Gauge waiting;
    private final Counter retries;
    private final Counter expired;
    private final Counter refused;
    private final List<Collector> all;

    RemoteControllerMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        this.waiting = Gauge.builder()
                .name("weir_controller_calls_waiting")
                .help("Calls of this node that the active controller has not answered yet")
                .build();
        this.retries = Counter.builder()
                .name("weir_controller_call_retries_total")
                .help("Calls sent to a controller again: it had gone, or did not decide any more")
                .build();
        this.expired = Counter.builder()
                .name("weir_controller_calls_expired_total")
                .help("Calls that no controller answered in time")
                .build();
        this.refused = Counter.builder()
                .name("weir_controller_calls_refused_total")
                .help("Calls that were not sent because too many waited")
                .build();
        this.all = List.of(waiting, retries, expired, refused);
        all.forEach(registry::register);
    }

    void waiting(int calls) {
        waiting.set(calls);
    }

    void retried() {
        retries.inc();
    }

    void expired() {
        expired.inc();
    }

    void refused() {
        refused.inc();
    }

    void close() {
        all.forEach(registry::unregister);
    }
}
