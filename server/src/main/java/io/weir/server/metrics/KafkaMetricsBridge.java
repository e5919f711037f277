package io.weir.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;

/**
 * Shows the metrics of Kafka's own classes (group coordinator, KRaft) as gauges {@code kafka_<group>_<name>}, tags as
 * labels. What is not a number is left out. Any thread; a scrape takes a snapshot.
 */
public final class KafkaMetricsBridge implements MultiCollector {
    private final List<Metrics> sources;

    /** Of several sources that have one metric with the same tags the first is shown. */
    public KafkaMetricsBridge(List<Metrics> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, Family> families = new TreeMap<>();
        for (Metrics source : sources) {
            for (KafkaMetric metric : source.metrics().values()) {
                if (metric.metricValue() instanceof Number number) {
                    MetricName name = metric.metricName();
                    families.computeIfAbsent(familyName(name), key -> new Family(name.description()))
                            .add(labels(name), number.doubleValue());
                }
            }
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        families.forEach((name, family) -> snapshots.add(family.snapshot(name)));
        return new MetricSnapshots(snapshots);
    }

    private static String familyName(MetricName name) {
        // Prometheus keeps some endings for its own types; a gauge must not end in them.
        return PrometheusNaming.sanitizeMetricName(
                ("kafka_" + name.group() + "_" + name.name()).replaceAll("[^a-zA-Z0-9_]", "_"));
    }

    private static Labels labels(MetricName name) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        name.tags().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .forEach(tag -> {
                    names.add(PrometheusNaming.sanitizeLabelName(tag.getKey().replaceAll("[^a-zA-Z0-9_]", "_")));
                    values.add(tag.getValue() == null ? "" : tag.getValue());
                });
        return Labels.of(names, values);
    }

    private static final class Family {
        private final String description;
        private final Map<Labels, GaugeDataPointSnapshot> points = new LinkedHashMap<>();

        Family(String description) {
            this.description = description;
        }

        void add(Labels labels, double value) {
            points.putIfAbsent(labels, new GaugeDataPointSnapshot(value, labels, null));
        }

        GaugeSnapshot snapshot(String name) {
            return new GaugeSnapshot(new MetricMetadata(name, description), points.values());
        }
    }
}
