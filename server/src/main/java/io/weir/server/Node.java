package io.weir.server;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.server.http.HttpConfig;
import io.weir.server.http.HttpListener;
import io.weir.server.http.NodeRoutes;
import io.weir.server.settings.WeirSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;

/** The deployment on one screen: every role in one process. */
final class Node implements RunningNode {
    private final WeirSettings settings;
    private final HttpListener http;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private Node(WeirSettings settings, HttpListener http) {
        this.settings = settings;
        this.http = http;
    }

    /** As {@link NodeStarter#start}. */
    static RunningNode start(WeirSettings settings) {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        InetSocketAddress address = new InetSocketAddress(
                settings.httpListener().getHostString(), settings.httpListener().getPort());
        HttpListener http = HttpListener.start(
                HttpConfig.defaults(address),
                new NodeRoutes(registry, () -> List.of("no role is running"), topic -> List.of()).routes());
        return new Node(settings, http);
    }

    @Override
    public List<Endpoint> listeners() {
        return settings.listeners().listeners();
    }

    @Override
    public InetSocketAddress httpAddress() {
        return http.address();
    }

    @Override
    public CompletionStage<Void> stopped() {
        return stopped;
    }

    @Override
    public void close() {
        http.close();
        stopped.complete(null);
    }
}
