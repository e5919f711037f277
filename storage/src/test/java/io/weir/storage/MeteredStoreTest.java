package io.weir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.weir.common.error.FaultKind;
import io.weir.storage.memory.MemoryStore;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class MeteredStoreTest extends StoreContract {
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @Override
    protected Store newStore() {
        return new MeteredStore(new MemoryStore(Time.SYSTEM), Time.SYSTEM, registry);
    }

    @Test
    void operationsBytesAndFailuresAreCounted() {
        write("file", new byte[100]);
        readAll("file");
        assertFault(FaultKind.INVALID, () -> store().open("none"));

        assertThat(count("seal")).isEqualTo(1);
        assertThat(count("open")).isEqualTo(2);
        assertThat(counter("weir_storage_bytes", "append")).isEqualTo(100);
        assertThat(counter("weir_storage_bytes", "read")).isEqualTo(100);
        assertThat(counter("weir_storage_failures", "open")).isEqualTo(1);
    }

    private long count(String operation) {
        return registry.scrape(name -> name.equals("weir_storage_operation_seconds")).stream()
                .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
                .filter(point -> operation.equals(point.getLabels().get("operation")))
                .mapToLong(HistogramSnapshot.HistogramDataPointSnapshot::getCount)
                .sum();
    }

    private double counter(String name, String operation) {
        return registry.scrape(name::equals).stream()
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .filter(point -> operation.equals(point.getLabels().get("operation")))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }
}
