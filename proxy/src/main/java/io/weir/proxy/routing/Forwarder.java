package io.weir.proxy.routing;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;

/** Passes calls on to the roles that answer them, and counts. The one place through which a call leaves the proxy. */
public final class Forwarder {
    private final Nodes nodes;
    private final CounterDataPoint toBroker;
    private final CounterDataPoint toCoordinator;
    private final CounterDataPoint toController;

    /** Registers {@code weir_proxy_forwarded_requests_total}. */
    public Forwarder(Nodes nodes, PrometheusRegistry registry) {
        this.nodes = nodes;
        Counter forwarded = Counter.builder()
                .name("weir_proxy_forwarded_requests_total")
                .help("Requests, or parts of them, that the proxy passed on, by the role that answers")
                .labelNames("target")
                .register(registry);
        this.toBroker = forwarded.labelValues("broker");
        this.toCoordinator = forwarded.labelValues("coordinator");
        this.toController = forwarded.labelValues("controller");
    }

    /** To the owner of partitions. */
    public CompletableFuture<? extends ApiMessage> broker(int nodeId, Call call) {
        return send(toBroker, nodes.broker(nodeId), call);
    }

    /** To the coordinator of groups. */
    public CompletableFuture<? extends ApiMessage> coordinator(int nodeId, Call call) {
        return send(toCoordinator, nodes.coordinator(nodeId), call);
    }

    /** To the controller. */
    public CompletableFuture<? extends ApiMessage> controller(Call call) {
        return send(toController, nodes.controller(), call);
    }

    private static CompletableFuture<? extends ApiMessage> send(CounterDataPoint counter, Service target, Call call) {
        counter.inc();
        return target.call(call);
    }
}
