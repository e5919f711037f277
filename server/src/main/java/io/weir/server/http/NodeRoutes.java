package io.weir.server.http;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.server.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a node serves over HTTP. Any thread. */
public final class NodeRoutes {
    private final PrometheusRegistry registry;
    private final Readiness readiness;
    private final Optional<PartitionSource> partitions;
    private final Supplier<? extends Map<String, ?>> cluster;
    private final ExpositionFormats formats = ExpositionFormats.init();

    /**
     * Serves what these know.
     *
     * @param partitions that this node owns; absent when it never does, and then there is no such page
     * @param cluster as this node sees it
     */
    public NodeRoutes(
            PrometheusRegistry registry,
            Readiness readiness,
            Optional<PartitionSource> partitions,
            Supplier<? extends Map<String, ?>> cluster) {
        this.registry = registry;
        this.readiness = readiness;
        this.partitions = partitions;
        this.cluster = cluster;
    }

    /** The routes. */
    public HttpRoutes routes() {
        Map<String, HttpRoute> routes = new HashMap<>();
        routes.put("/", query -> index());
        routes.put("/metrics", this::metrics);
        routes.put("/health/live", query -> HttpAnswer.json(200, Json.write(Map.of("live", true))));
        routes.put("/health/ready", query -> ready());
        routes.put("/api/cluster", query -> HttpAnswer.json(200, Json.write(cluster.get())));
        partitions.ifPresent(source -> routes.put("/api/partitions", query -> partitions(source, query)));
        return new HttpRoutes(routes);
    }

    private HttpAnswer index() {
        String owned = partitions.isEmpty()
                ? ""
                : "/api/partitions  the partitions that this node owns; ?topic=NAME for one topic\n";
        return HttpAnswer.text(200, """
                Weir

                /metrics         metrics, for Prometheus
                /health/live     whether the process answers
                /health/ready    whether it does its part, and if not, why
                /api/cluster     nodes, owners and balance, as this node sees them
                """ + owned);
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

    private static HttpAnswer partitions(PartitionSource source, HttpQuery query) {
        List<Map<String, Object>> rows = source.partitions(query.parameter("topic")).stream()
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
