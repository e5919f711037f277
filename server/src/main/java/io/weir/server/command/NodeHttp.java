package io.weir.server.command;

import io.weir.server.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node's HTTP listener for what Kafka's protocol cannot tell. It may be out of reach, for it listens on the
 * loopback address by default: then there is nothing to tell, which is no failure.
 */
final class NodeHttp {
    private static final int TIMEOUT_MS = 2000;
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final String baseUrl;

    private NodeHttp(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** At {@code url}, or if that is null where a node has its HTTP listener by default. */
    static NodeHttp of(@Nullable String url, ClientOptions options) {
        if (url != null) {
            return new NodeHttp(url.replaceAll("/+$", ""));
        }
        String first = options.bootstrapServer.split(",")[0].strip();
        int colon = first.lastIndexOf(':');
        return new NodeHttp("http://" + (colon < 0 ? first : first.substring(0, colon)) + ":8090");
    }

    String baseUrl() {
        return baseUrl;
    }

    /** The partitions of {@code topic} by number; empty when the listener is out of reach. */
    Optional<Map<Long, Map<?, ?>>> partitions(String topic) {
        return get("/api/partitions?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8))
                .map(document -> {
                    Map<Long, Map<?, ?>> byNumber = new HashMap<>();
                    if (document instanceof List<?> rows) {
                        for (Object row : rows) {
                            if (row instanceof Map<?, ?> map && map.get("partition") instanceof Long number) {
                                byNumber.put(number, map);
                            }
                        }
                    }
                    return byNumber;
                });
    }

    /** What {@code /health/ready} says; empty when the listener is out of reach. */
    Optional<Map<?, ?>> readiness() {
        return get("/health/ready")
                .flatMap(document -> document instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty());
    }

    /** The cluster as the node sees it; empty when the listener is out of reach. */
    Optional<Map<?, ?>> cluster() {
        return get("/api/cluster")
                .flatMap(document -> document instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty());
    }

    private Optional<Object> get(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(baseUrl + path).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            int status = connection.getResponseCode();
            if (status != 200 && status != 503) {
                return Optional.empty();
            }
            try (InputStream body = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                String text = new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
                return Optional.ofNullable(Json.read(text));
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
