package io.weir.coordinator;

import com.yammer.metrics.core.Gauge;
import com.yammer.metrics.core.MetricsRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;

/**
 * Kafka's own metrics of the coordinator as {@code weir_coordinator_...} gauges: groups by protocol and state, rates
 * of commits and rebalances, times of events and loads. As many series as Kafka has sensors; none a group. Any thread.
 */
final class CoordinatorMetricsCollector implements MultiCollector {
    private static final String PREFIX = "weir_coordinator_";
    private static final String CLASSIC_GROUPS_BY_STATE = "NumGroups";

    private final Metrics metrics;
    private final MetricsRegistry gauges;

    CoordinatorMetricsCollector(Metrics metrics, MetricsRegistry gauges) {
        this.metrics = metrics;
        this.gauges = gauges;
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, Family> families = new TreeMap<>();
        for (KafkaMetric metric : metrics.metrics().values()) {
            if (metric.metricName().group().equals(GroupCoordinatorMetrics.METRICS_GROUP)
                    && metric.metricValue() instanceof Number value) {
                add(
                        families,
                        metric.metricName().name(),
                        metric.metricName().description(),
                        labels(metric.metricName().tags()),
                        value);
            }
        }
        gauges.allMetrics().forEach((name, metric) -> {
            if (metric instanceof Gauge<?> gauge && gauge.value() instanceof Number value) {
                addGauge(families, name.getName(), value);
            }
        });
        List<MetricSnapshot> snapshots = new ArrayList<>();
        families.forEach((name, family) -> snapshots.add(family.snapshot(name)));
        return new MetricSnapshots(snapshots);
    }

    /** Kafka has a gauge a state for classic groups and tags for the others; here all have a label. */
    private static void addGauge(Map<String, Family> families, String name, Number value) {
        if (name.startsWith(CLASSIC_GROUPS_BY_STATE) && name.length() > CLASSIC_GROUPS_BY_STATE.length()) {
            String state = name.substring(CLASSIC_GROUPS_BY_STATE.length());
            add(
                    families,
                    "classic-group-count",
                    "The number of classic groups by state.",
                    Labels.of("state", state),
                    value);
        } else if (name.equals("NumOffsets")) {
            add(families, "offsets", "The number of committed offsets that are kept.", Labels.EMPTY, value);
        }
    }

    private static void add(Map<String, Family> families, String name, String help, Labels labels, Number value) {
        String metricName = PREFIX + name.toLowerCase(Locale.ROOT).replace('-', '_');
        families.computeIfAbsent(PrometheusNaming.sanitizeMetricName(metricName), key -> new Family(help))
                .points
                .add(new GaugeDataPointSnapshot(value.doubleValue(), labels, null));
    }

    private static Labels labels(Map<String, String> tags) {
        Labels.Builder labels = Labels.builder();
        tags.forEach((name, value) -> labels.label(PrometheusNaming.sanitizeLabelName(name), value));
        return labels.build();
    }

    private static final class Family {
        private final String help;
        private final List<GaugeDataPointSnapshot> points = new ArrayList<>();

        Family(String help) {
            this.help = help;
        }

        GaugeSnapshot snapshot(String name) {
            GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
            points.forEach(builder::dataPoint);
            return builder.build();
        }
    }
}
