package io.weir.metadata.node;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a node's registration shows. Any thread. */
final class RegistrationMetrics {
    private final PrometheusRegistry registry;
    private final Counter heartbeats;
    private final Counter failures;
    private final Counter registrations;
    private final List<Collector> all;

    RegistrationMetrics(PrometheusRegistry registry, Supplier<NodeState> state, LongSupplier epoch) {
        this.registry = registry;
        this.heartbeats = Counter.builder()
                .name("weir_node_heartbeats_total")
                .help("Heartbeats sent to the controller")
                .build();
        this.failures = Counter.builder()
                .name("weir_node_heartbeat_failures_total")
                .help("Heartbeats that failed or could not be sent")
                .build();
        this.registrations = Counter.builder()
                .name("weir_node_registrations_total")
                .help("Registrations of this process with the controller; more than one means that it was forgotten")
                .build();
        GaugeWithCallback states = GaugeWithCallback.builder()
                .name("weir_node_state")
                .help("1 for the state that the node is in")
                .labelNames("state")
                .callback(callback -> {
                    NodeState now = state.get();
                    for (NodeState each : NodeState.values()) {
                        callback.call(each == now ? 1 : 0, each.name().toLowerCase(Locale.ROOT));
                    }
                })
                .build();
        GaugeWithCallback epochs = GaugeWithCallback.builder()
                .name("weir_node_broker_epoch")
                .help("Broker epoch that the controller gave this node; -1 before the first")
                .callback(callback -> callback.call((double) epoch.getAsLong()))
                .build();
        this.all = List.of(heartbeats, failures, registrations, states, epochs);
        all.forEach(registry::register);
    }

    void heartbeat() {
        heartbeats.inc();
    }

    void heartbeatFailure() {
        failures.inc();
    }

    void registration() {
        registrations.inc();
    }

    void close() {
        all.forEach(registry::unregister);
    }
}
