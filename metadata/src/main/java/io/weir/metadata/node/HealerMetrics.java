package io.weir.metadata.node;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.IntSupplier;

/** What the healing of in-sync sets shows. Any thread. */
final class HealerMetrics {
    private final PrometheusRegistry registry;
    private final Counter requests;
    private final Counter failures;
    private final Counter healed;
    private final List<Collector> all;

    HealerMetrics(PrometheusRegistry registry, IntSupplier backlog) {
        this.registry = registry;
        this.requests = Counter.builder()
                .name("weir_isr_requests_total")
                .help("AlterPartition requests of this node")
                .build();
        this.failures = Counter.builder()
                .name("weir_isr_request_failures_total")
                .help("AlterPartition requests that failed or were refused for some partitions, and tried again")
                .build();
        this.healed = Counter.builder()
                .name("weir_isr_healed_partitions_total")
                .help("Partitions whose in-sync set was completed")
                .build();
        GaugeWithCallback waiting = GaugeWithCallback.builder()
                .name("weir_isr_incomplete_partitions")
                .help("Partitions owned here that have a live candidate outside the in-sync set")
                .callback(callback -> callback.call(backlog.getAsInt()))
                .build();
        this.all = List.of(requests, failures, healed, waiting);
        all.forEach(registry::register);
    }

    void request() {
        requests.inc();
    }

    void failure() {
        failures.inc();
    }

    void healed(int partitions) {
        healed.inc(partitions);
    }

    void close() {
        all.forEach(registry::unregister);
    }
}
