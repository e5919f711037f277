package io.weir.server.wiring;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.ControllerConfig;
import io.weir.controller.ControllerService;
import io.weir.controller.EmbeddedController;
import io.weir.controller.QuorumService;
import io.weir.kafka.Service;
import io.weir.metadata.node.RemoteController;
import io.weir.metadata.node.RemoteControllerConfig;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftNode;
import io.weir.metadata.raft.RaftService;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * The metadata log of this node, the controller over it if this node votes, and the way to the controller that decides.
 *
 * <p>Construct; where there is a {@link #listenerService}, open the controllers' listener with it; then {@link #start}.
 * Close this before that listener, so that a leader that goes hears of the next one.
 */
final class Quorum implements AutoCloseable {
    private final MetadataDirectory directory;
    private final RaftNode raft;
    private final Optional<ControllerService> own;
    private final Service controller;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /**
     * Opens the log.
     *
     * @param remotes a way to the controller at an address, as {@link RemoteController} wants it; never asked by a node on
     *     its own
     * @param fatal hears when the process had better end
     */
    Quorum(
            QuorumPlan plan,
            Function<InetSocketAddress, Service> remotes,
            Time time,
            RandomGenerator random,
            PrometheusRegistry registry,
            Consumer<Throwable> fatal) {
        try {
            this.directory =
                    opened(MetadataDirectory.open(plan.directory(), plan.nodeId(), plan.clusterId(), plan.raft()));
            this.raft = opened(new RaftNode(plan.raft(), directory, time, new MetadataFaults("raft", fatal)));
            this.own = plan.controller().map(config -> controller(config, time, random, registry, fatal));
            this.controller = plan.isShared() ? remote(plan, remotes, time, registry) : own.orElseThrow();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private ControllerService controller(
            ControllerConfig config,
            Time time,
            RandomGenerator random,
            PrometheusRegistry registry,
            Consumer<Throwable> fatal) {
        EmbeddedController embedded = opened(new EmbeddedController(
                config,
                directory,
                raft,
                time,
                random,
                new MetadataFaults("controller", fatal),
                new MetadataFaults("controller", fault -> {}),
                registry));
        ControllerService service = new ControllerService(config, embedded, raft, time);
        opened(service::stop);
        return service;
    }

    private Service remote(
            QuorumPlan plan, Function<InetSocketAddress, Service> remotes, Time time, PrometheusRegistry registry) {
        return opened(new RemoteController(
                RemoteControllerConfig.defaults(),
                ControllerService.APIS,
                raft::activeController,
                own.map(service -> new RemoteController.LocalController(plan.nodeId(), service)),
                remotes,
                time,
                registry));
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /** Starts to take part. */
    void start() {
        raft.start();
    }

    MetadataDirectory directory() {
        return directory;
    }

    RaftNode raft() {
        return raft;
    }

    /** What the controllers' listener serves; empty where nobody calls on this node's controller, or it has none. */
    Optional<Service> listenerService() {
        return own.map(service -> new QuorumService(new RaftService(raft), service));
    }

    /** The controller that decides, wherever it is. */
    Service service() {
        return controller;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            Utils.closeQuietly(opened.pop(), "part of the quorum");
        }
    }
}
