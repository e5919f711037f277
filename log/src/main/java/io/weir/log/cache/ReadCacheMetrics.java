package io.weir.log.cache;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongSupplier;

/** The read cache in numbers. Any thread; cheap. */
final class ReadCacheMetrics {
    private final Counter hits;
    private final Counter misses;
    private final Counter evictions;
    private final Counter failures;
    private final Histogram loadSeconds;
    private final CounterDataPoint used;
    private final CounterDataPoint wasted;

    ReadCacheMetrics(PrometheusRegistry registry, LongSupplier liveBytes, LongSupplier keptBytes) {
        hits = counter(registry, "hits", "Blocks of segments that a reader found in memory or on their way there");
        misses = counter(registry, "misses", "Blocks of segments that a reader had to have loaded from the store");
        evictions = counter(registry, "evictions", "Blocks that had been used and were let go to make room");
        failures = counter(registry, "load_failures", "Loads of blocks from the store that failed");
        loadSeconds = Histogram.builder()
                .name("weir_read_cache_load_seconds")
                .help("Time to load a block from the store and check it; failed loads count too")
                .classicExponentialUpperBounds(.0001, 2, 16)
                .classicOnly()
                .register(registry);
        Counter ahead = Counter.builder()
                .name("weir_read_cache_read_ahead_blocks_total")
                .help("Blocks that were read ahead, by whether a reader came for them")
                .labelNames("result")
                .register(registry);
        used = ahead.labelValues("used");
        wasted = ahead.labelValues("wasted");
        gauge(registry, "weir_read_cache_bytes", "Memory of all blocks, those on their way to clients too", liveBytes);
        gauge(registry, "weir_read_cache_kept_bytes", "Memory of blocks that are kept for being used", keptBytes);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder()
                .name("weir_read_cache_" + name + "_total")
                .help(help)
                .register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call((double) value.getAsLong()))
                .register(registry);
    }

    void hits(int blocks) {
        hits.inc(blocks);
    }

    void missed() {
        misses.inc();
    }

    void evicted() {
        evictions.inc();
    }

    void loaded(long nanos) {
        loadSeconds.observe(nanos / 1e9);
    }

    void failed() {
        failures.inc();
    }

    void readAheadUsed() {
        used.inc();
    }

    void readAheadWasted() {
        wasted.inc();
    }
}
