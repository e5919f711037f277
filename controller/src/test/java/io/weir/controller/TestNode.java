package io.weir.controller;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.balance.OwnerReports;
import io.weir.controller.crash.Heartbeats;
import io.weir.metadata.LiveClusterView;
import io.weir.metadata.NodeSettings;
import io.weir.metadata.TopicConfigs;
import io.weir.metadata.node.Incarnations;
import io.weir.metadata.node.InternalCalls;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.RegistrationConfig;
import io.weir.metadata.node.Role;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;

/** One node with everything that metadata needs, wired as the server wires it. */
final class TestNode implements AutoCloseable {
    static final int NODE_ID = 1;
    static final Duration BOUND = Duration.ofSeconds(20);

    final MetadataDirectory directory;
    final RaftNode raft;
    final OwnerReports reports = new OwnerReports();
    final Heartbeats heartbeats = new Heartbeats(Time.SYSTEM);
    final EmbeddedController embedded;
    final ControllerService service;
    final LiveClusterView view;
    final NodeRegistration registration;
    final NodeSettings settings;
    final TopicConfigs topicConfigs;
    final InternalCalls calls = new InternalCalls(NODE_ID);
    final PrometheusRegistry registry = new PrometheusRegistry();
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    long epoch;

    TestNode(Path path, ControllerConfig config) {
        this(path, config, Set.of(Role.values()));
    }

    TestNode(Path path, ControllerConfig config, Set<Role> roles) {
        MetadataFaults fatal = new MetadataFaults("raft", faults::add);
        directory = MetadataDirectory.open(path, NODE_ID, Optional.empty(), RaftConfig.defaults());
        raft = new RaftNode(RaftConfig.defaults(), directory, Time.SYSTEM, fatal);
        embedded = new EmbeddedController(
                config,
                directory,
                raft,
                Time.SYSTEM,
                RandomGenerator.of("L64X128MixRandom"),
                fatal,
                new MetadataFaults("controller", faults::add),
                registry);
        service = new ControllerService(config, embedded, raft, reports, heartbeats, Time.SYSTEM);
        settings = new NodeSettings(NODE_ID, LogConfig.SERVER_CONFIG_DEF, config.nodeSettings(), NodeSettings.DYNAMIC);
        topicConfigs = new TopicConfigs(NODE_ID, config.nodeSettings());
        view = new LiveClusterView(NODE_ID, topicConfigs, Duration.ofSeconds(5));
        List<Endpoint> endpoints = List.of(new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "localhost", 9092));
        registration = new NodeRegistration(
                withRoles(RegistrationConfig.defaults(NODE_ID, directory.clusterId(), endpoints), roles),
                service,
                Incarnations.in(directory),
                () -> view.image().offset(),
                registry);
    }

    private static RegistrationConfig withRoles(RegistrationConfig base, Set<Role> roles) {
        return new RegistrationConfig(
                base.nodeId(),
                base.clusterId(),
                base.endpoints(),
                base.rack(),
                roles,
                base.heartbeatInterval(),
                base.retryBackoff(),
                base.leaveTimeout(),
                base.heartbeatsInFlight());
    }

    static TestNode started(Path path) {
        return started(path, ControllerConfig.defaults());
    }

    static TestNode started(Path path, ControllerConfig config) {
        TestNode node = new TestNode(path, config);
        node.start();
        return node;
    }

    void start() {
        get(raft.install(List.of(registration)));
        raft.start();
        epoch = get(registration.start());
        get(raft.install(List.of(view)));
        get(registration.activate());
        await(image -> {
            var self = image.cluster().broker(NODE_ID);
            return self != null && !self.fenced() && self.epoch() == epoch;
        });
    }

    MetadataImage await(Predicate<MetadataImage> condition) {
        return get(view.when(condition, BOUND));
    }

    <T extends ApiMessage> T ask(AbstractRequest.Builder<?> request, Class<T> answer) {
        return get(calls.send(service, request, answer));
    }

    <T extends ApiMessage> CompletableFuture<T> send(AbstractRequest.Builder<?> request, Class<T> answer) {
        return calls.send(service, request, answer);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What a kill leaves: a copy of the files as they are now, while everything runs. */
    Path copyTo(Path target) {
        try (Stream<Path> files = Files.walk(directory.path())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(directory.path().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
            return target;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        registration.close();
        stopServer();
    }

    /** Ends without a goodbye. */
    void kill() {
        registration.kill();
        stopServer();
    }

    private void stopServer() {
        embedded.close();
        raft.close();
        directory.close();
    }
}
