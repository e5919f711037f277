package io.weir.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.Metrics;
import org.junit.jupiter.api.Test;

class KafkaMetricsBridgeTest {
    @Test
    void numbersAreShownWithTheirTagsAndTheRestIsLeftOut() throws IOException {
        try (Metrics first = new Metrics();
                Metrics second = new Metrics()) {
            first.addMetric(
                    first.metricName("group-count", "group-coordinator", "Groups.", Map.of("state", "Stable")),
                    (Measurable) (config, now) -> 4);
            second.addMetric(
                    second.metricName("group-count", "group-coordinator", "Groups.", Map.of("state", "Empty")),
                    (Measurable) (config, now) -> 5);
            second.addMetric(
                    second.metricName("group-count", "group-coordinator", "Groups.", Map.of("state", "Stable")),
                    (Measurable) (config, now) -> 6);
            second.addMetric(second.metricName("version", "app-info"), (Gauge<String>) (config, now) -> "4.3.1");
            second.addMetric(second.metricName("requests-total", "odd"), (Measurable) (config, now) -> 7);
            PrometheusRegistry registry = new PrometheusRegistry();
            registry.register(new KafkaMetricsBridge(List.of(first, second)));

            ByteArrayOutputStream text = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(text, registry.scrape());

            assertThat(text.toString(StandardCharsets.UTF_8))
                    .contains("kafka_group_coordinator_group_count{state=\"Stable\"} 4.0\n")
                    .contains("kafka_group_coordinator_group_count{state=\"Empty\"} 5.0\n")
                    .contains("kafka_odd_requests")
                    .doesNotContain("app_info");
        }
    }
}
