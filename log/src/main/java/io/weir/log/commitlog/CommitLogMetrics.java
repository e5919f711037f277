package io.weir.log.commitlog;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What one looks at when acknowledgements are slow. */
public final class CommitLogMetrics {
    private static final double NANOS = 1e9;

    private final Histogram writeSeconds;
    private final Histogram flushSeconds;
    private final Histogram groupBytes;
    private final Histogram groupEntries;
    private final Counter bytes;
    private final Counter failures;

    /** Registers its metrics. */
    public CommitLogMetrics(PrometheusRegistry registry) {
        double[] times = {.0001, .0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10};
        writeSeconds = Histogram.builder()
                .name("weir_commit_write_seconds")
                .help("Time of the gathering write of one group commit; a small one is durable then")
                .classicUpperBounds(times)
                .classicOnly()
                .register(registry);
        flushSeconds = Histogram.builder()
                .name("weir_commit_flush_seconds")
                .help("Time of the flush of one group commit; none where the write did it")
                .classicUpperBounds(times)
                .classicOnly()
                .register(registry);
        groupBytes = Histogram.builder()
                .name("weir_commit_group_bytes")
                .help("Bytes made durable by one flush")
                .classicExponentialUpperBounds(256, 4, 9)
                .classicOnly()
                .register(registry);
        groupEntries = Histogram.builder()
                .name("weir_commit_group_entries")
                .help("Batches made durable by one flush")
                .classicExponentialUpperBounds(1, 4, 9)
                .classicOnly()
                .register(registry);
        bytes = Counter.builder()
                .name("weir_commit_bytes_total")
                .help("Bytes written to the commit log")
                .register(registry);
        failures = Counter.builder()
                .name("weir_commit_failures_total")
                .help("Appends, flushes and creations of commit log files that failed")
                .register(registry);
    }

    void committed(int entries, long groupSizeBytes, long writeNanos, long flushNanos) {
        groupEntries.observe(entries);
        groupBytes.observe((double) groupSizeBytes);
        bytes.inc((double) groupSizeBytes);
        writeSeconds.observe(writeNanos / NANOS);
        flushSeconds.observe(flushNanos / NANOS);
    }

    void failed() {
        failures.inc();
    }
}
