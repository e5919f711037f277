package io.weir.server.http;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.server.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a node serves over HTTP. Any thread. */
public final class NodeRoutes {
    private final PrometheusRegistry registry;
    private final Readiness readiness;
    private final PartitionSource partitions;
    private final ExpositionFormats formats = ExpositionFormats.init();

    /** Serves the state that the three know. */
    public NodeRoutes(PrometheusRegistry registry, Readiness readiness, PartitionSource partitions) {
        this.registry = registry;
        this.readiness = readiness;
        this.partitions = partitions;
    }

    /** The routes. */
    public HttpRoutes routes() {
        return new HttpRoutes(Map.of(
                "/", query -> index(),
                "/metrics", this::metrics,
                "/health/live", query -> HttpAnswer.json(200, Json.write(Map.of("live", true))),
                "/health/ready", query -> ready(),
                "/api/partitions", this::partitions));
    }

    private static HttpAnswer index() {
        return HttpAnswer.text(200, """
                Weir

                /metrics         metrics, for Prometheus
                /health/live     whether the process answers
                /health/ready    whether it serves clients, and if not, why
                /api/partitions  the partitions that this node owns; ?topic=NAME for one topic
                """);
    }

    private HttpAnswer metrics(HttpQuery query) {
        ExpositionFormatWriter writer = formats.findWriter(query.accept());
        ByteArrayOutputStream body = new ByteArrayOutputStream(65_536);
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HttpAnswer(200, writer.getContentType(), body.toByteArray());
    }

    private HttpAnswer ready() {
        List<String> missing = readiness.missing();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ready", missing.isEmpty());
        body.put("reasons", missing);
        return HttpAnswer.json(missing.isEmpty() ? 200 : 503, Json.write(body));
    }

    private HttpAnswer partitions(HttpQuery query) {
        List<Map<String, Object>> rows = partitions.partitions(query.parameter("topic")).stream()
                .sorted(Comparator.comparing(PartitionView::topic).thenComparingInt(PartitionView::partition))
                .map(NodeRoutes::row)
                .toList();
        return HttpAnswer.json(200, Json.write(rows));
    }

    private static Map<String, Object> row(PartitionView view) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("topic", view.topic());
        row.put("partition", view.partition());
        row.put("state", view.state().name().toLowerCase(Locale.ROOT));
        row.put("reason", view.reason());
        row.put("sinceMs", view.sinceMs());
        row.put("leaderEpoch", view.leaderEpoch());
        row.put("logStart", view.logStart());
        row.put("highWatermark", view.highWatermark());
        row.put("logEnd", view.logEnd());
        row.put("sizeBytes", view.sizeBytes());
        row.put("tailBytes", view.tailBytes());
        row.put("segments", view.segments());
        return row;
    }
}
