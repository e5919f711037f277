package io.weir.proxy.tail;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongSupplier;

/** Where reads of other nodes' partitions were answered from, and what that took. */
final class TailMetrics {
    private final CounterDataPoint fromTail;
    private final CounterDataPoint fromStore;
    private final CounterDataPoint fromOwner;
    private final CounterDataPoint subscriptions;
    private final CounterDataPoint fills;

    TailMetrics(PrometheusRegistry registry, LongSupplier partitions, LongSupplier bytes) {
        Counter reads = Counter.builder()
                .name("weir_proxy_tail_reads_total")
                .help("Partitions in fetches of other nodes' partitions that were given records, by where these were: in the"
                        + " tail, in the store or its cache, or at the owner")
                .labelNames("source")
                .register(registry);
        this.fromTail = reads.labelValues("tail");
        this.fromStore = reads.labelValues("store");
        this.fromOwner = reads.labelValues("owner");
        Counter asked = Counter.builder()
                .name("weir_proxy_tail_owner_fetches_total")
                .help("Fetches that were sent to owners, for the subscription at the end or to fill a gap")
                .labelNames("kind")
                .register(registry);
        this.subscriptions = asked.labelValues("subscription");
        this.fills = asked.labelValues("gap");
        gauge("weir_proxy_tail_partitions", "Other nodes' partitions that somebody reads", partitions, registry);
        gauge("weir_proxy_tail_bytes", "Memory of their recent records", bytes, registry);
    }

    private static void gauge(String name, String help, LongSupplier value, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call((double) value.getAsLong()))
                .register(registry);
    }

    void asked(boolean subscription) {
        (subscription ? subscriptions : fills).inc();
    }

    void read(Source source) {
        switch (source) {
            case TAIL -> fromTail.inc();
            case STORE -> fromStore.inc();
            case OWNER -> fromOwner.inc();
        }
    }

    /** Where records were. */
    enum Source {
        TAIL,
        STORE,
        OWNER
    }
}
