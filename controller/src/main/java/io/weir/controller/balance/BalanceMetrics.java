package io.weir.controller.balance;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/** What the balancer shows. Any thread. */
final class BalanceMetrics {
    private final PrometheusRegistry registry;
    private final Counter moves;
    private final Counter elections;
    private final Counter failures;
    private final List<Collector> all;

    BalanceMetrics(PrometheusRegistry registry, IntSupplier pending, IntSupplier spread) {
        this.registry = registry;
        this.moves = Counter.builder()
                .name("weir_balance_moves_total")
                .help("Partitions whose candidates were changed, by reason")
                .labelNames("kind")
                .build();
        this.elections = Counter.builder()
                .name("weir_balance_elections_total")
                .help("Partitions that were given to another owner, by reason")
                .labelNames("kind")
                .build();
        this.failures = Counter.builder()
                .name("weir_balance_failures_total")
                .help("Requests of the balancer that the controller did not carry out")
                .build();
        this.all = List.of(
                moves,
                elections,
                failures,
                gauge("weir_balance_pending", "Partitions that are to be moved or are being moved", pending),
                gauge(
                        "weir_balance_spread",
                        "Partitions that the fullest live node owns more than the emptiest, of one role",
                        spread));
        all.forEach(registry::register);
    }

    void moved(Move.Kind kind, int partitions) {
        moves.labelValues(kind.name().toLowerCase(Locale.ROOT)).inc(partitions);
    }

    void elected(String kind, int partitions) {
        elections.labelValues(kind).inc(partitions);
    }

    void failure() {
        failures.inc();
    }

    void close() {
        all.forEach(registry::unregister);
    }

    private static Collector gauge(String name, String help, IntSupplier value) {
        return GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsInt()))
                .build();
    }
}
