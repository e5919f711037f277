package io.weir.controller;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.weir.metadata.LiveClusterView;
import io.weir.metadata.TopicConfigs;
import io.weir.metadata.node.Incarnations;
import io.weir.metadata.node.InternalCalls;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.RegistrationConfig;
import io.weir.metadata.node.RemoteController;
import io.weir.metadata.node.RemoteControllerConfig;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;

/** A node that follows the quorum and asks its controllers over the wire. */
final class TestObserver implements AutoCloseable {
    final MetadataDirectory directory;
    final RaftNode raft;
    final RemoteController controller;
    final LiveClusterView view;
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Queue<WireClient> clients = new ConcurrentLinkedQueue<>();
    private final InternalCalls calls;
    private final int nodeId;
    private Optional<NodeRegistration> registration = Optional.empty();

    TestObserver(Path path, int nodeId, Optional<String> clusterId, RaftConfig config) {
        this.nodeId = nodeId;
        calls = new InternalCalls(nodeId);
        directory = MetadataDirectory.open(path, nodeId, clusterId, config);
        raft = new RaftNode(config, directory, Time.SYSTEM, new MetadataFaults("observer-" + nodeId, faults::add));
        controller = new RemoteController(
                RemoteControllerConfig.defaults(),
                ControllerService.APIS,
                raft::activeController,
                Optional.empty(),
                address -> {
                    WireClient client = new WireClient(address);
                    clients.add(client);
                    return client;
                },
                Time.SYSTEM,
                registry);
        view = new LiveClusterView(nodeId, new TopicConfigs(nodeId, Map.of()), Duration.ofSeconds(5));
        raft.start();
        CompletableFuture<Void> _ = raft.install(List.of(view));
    }

    NodeRegistration register() {
        NodeRegistration node = new NodeRegistration(
                withHeartbeats(RegistrationConfig.defaults(
                        nodeId,
                        directory.clusterId(),
                        List.of(new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "localhost", 9092)))),
                controller,
                Incarnations.in(directory),
                () -> view.image().offset(),
                registry);
        registration = Optional.of(node);
        CompletableFuture<Void> _ = raft.install(List.of(node));
        TestNode.get(node.start());
        TestNode.get(node.activate());
        return node;
    }

    private static RegistrationConfig withHeartbeats(RegistrationConfig base) {
        return new RegistrationConfig(
                base.nodeId(),
                base.clusterId(),
                base.endpoints(),
                base.rack(),
                base.roles(),
                Duration.ofMillis(200),
                base.retryBackoff(),
                base.leaveTimeout(),
                base.heartbeatsInFlight());
    }

    double heartbeats() {
        return registry.scrape("weir_node_heartbeats"::equals).stream()
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    MetadataImage await(Predicate<MetadataImage> condition) {
        return TestNode.get(view.when(condition, TestQuorum.BOUND));
    }

    <T extends ApiMessage> T ask(AbstractRequest.Builder<?> request, Class<T> answer) {
        return TestNode.get(calls.send(controller, request, answer));
    }

    <T extends ApiMessage> CompletableFuture<T> send(AbstractRequest.Builder<?> request, Class<T> answer) {
        return calls.send(controller, request, answer);
    }

    @Override
    public void close() {
        registration.ifPresent(NodeRegistration::kill);
        controller.close();
        clients.forEach(WireClient::close);
        raft.close();
        directory.close();
    }
}
