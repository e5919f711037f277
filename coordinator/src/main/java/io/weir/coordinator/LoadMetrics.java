package io.weir.coordinator;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts of what loading did. Any thread. */
final class LoadMetrics {
    private final Counter loads;
    private final Counter records;
    private final Counter bytes;
    private final Counter compactions;

    LoadMetrics(PrometheusRegistry registry) {
        loads = Counter.builder()
                .name("weir_coordinator_loads_total")
                .help("Partitions of the offsets log that were loaded, by result")
                .labelNames("result")
                .register(registry);
        records = Counter.builder()
                .name("weir_coordinator_loaded_records_total")
                .help("Records that were replayed while loading")
                .register(registry);
        bytes = Counter.builder()
                .name("weir_coordinator_loaded_bytes_total")
                .help("Bytes that were replayed while loading")
                .register(registry);
        compactions = Counter.builder()
                .name("weir_coordinator_compactions_total")
                .help("Partitions of the offsets log that were rewritten to their live records")
                .register(registry);
        loads.initLabelValues("ok");
        loads.initLabelValues("failed");
    }

    void loaded(long recordCount, long byteCount) {
        loads.labelValues("ok").inc();
        records.inc(recordCount);
        bytes.inc(byteCount);
    }

    void failed() {
        loads.labelValues("failed").inc();
    }

    void compacted() {
        compactions.inc();
    }
}
