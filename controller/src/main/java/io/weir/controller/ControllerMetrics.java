package io.weir.controller;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.controller.QuorumController;
import org.apache.kafka.controller.metrics.QuorumControllerMetrics;

/** What the controller shows, read when somebody looks. Any thread. */
final class ControllerMetrics {
    private final PrometheusRegistry registry;
    private final List<Collector> all;

    ControllerMetrics(PrometheusRegistry registry, QuorumControllerMetrics kafkas, QuorumController controller) {
        this.registry = registry;
        this.all = List.of(
                gauge("weir_controller_active", "1 while this controller decides", () -> kafkas.active() ? 1 : 0),
                gauge("weir_controller_epoch", "Epoch of this active controller, or -1", controller::curClaimEpoch),
                gauge(
                        "weir_controller_committed_offset",
                        "Last committed offset of the metadata log",
                        kafkas::lastCommittedRecordOffset),
                counter(
                        "weir_controller_operations_total",
                        "Operations that the controller began",
                        kafkas::operationsStarted),
                counter(
                        "weir_controller_operation_timeouts_total",
                        "Operations that waited longer for the controller than their time-out",
                        kafkas::operationsTimedOut),
                counter(
                        "weir_controller_elections_total",
                        "Elections of an active controller that were seen",
                        kafkas::newActiveControllers));
        all.forEach(registry::register);
    }

    void close() {
        all.forEach(registry::unregister);
    }

    private static Collector gauge(String name, String help, LongSupplier value) {
        return GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .build();
    }

    private static Collector counter(String name, String help, LongSupplier value) {
        return CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .build();
    }
}
