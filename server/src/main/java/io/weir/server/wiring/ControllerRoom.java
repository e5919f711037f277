package io.weir.server.wiring;

import io.weir.controller.ControllerConfig;
import io.weir.controller.ControllerService;
import io.weir.controller.EmbeddedController;
import io.weir.controller.QuorumService;
import io.weir.controller.balance.Balancer;
import io.weir.controller.balance.OwnerReports;
import io.weir.controller.crash.ConnectionProbe;
import io.weir.controller.crash.CrashWatch;
import io.weir.controller.crash.Heartbeats;
import io.weir.kafka.Service;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftNode;
import io.weir.metadata.raft.RaftService;
import io.weir.proxy.peer.RemoteNodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Role: the controller, and beside it the balancer and the watch for crashes, which have nothing to do where there is one
 * node.
 */
final class ControllerRoom implements AutoCloseable {
    /** Of one attempt to connect to a silent node: its session goes on meanwhile. */
    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);

    private final RaftNode raft;
    private final EmbeddedController controller;
    private final ControllerService service;
    private final Optional<Balancer> balancer;
    private final Optional<CrashWatch> crashes;

    /** Must be there before the log is started, so that it sees it from the beginning. */
    ControllerRoom(Site site, MetadataDirectory directory, RaftNode raft, Consumer<Throwable> fatal) {
        ControllerConfig config = site.configs().controller();
        this.raft = raft;
        this.controller = new EmbeddedController(
                config,
                directory,
                raft,
                site.time(),
                RandomGenerator.getDefault(),
                new MetadataFaults("controller", fatal),
                new MetadataFaults("controller", fault -> {}),
                site.registry());
        OwnerReports reports = new OwnerReports();
        Heartbeats heartbeats = new Heartbeats(site.time());
        this.service = new ControllerService(config, controller, raft, reports, heartbeats, site.time());
        this.balancer = site.alone()
                ? Optional.empty()
                : Optional.of(new Balancer(
                        site.configs().balance(), controller.controller(), reports, site.time(), site.registry()));
        this.crashes = site.alone() || !site.configs().crashes().enabled()
                ? Optional.empty()
                : Optional.of(new CrashWatch(
                        site.configs().crashes(),
                        RemoteNodes.LISTENER,
                        controller.controller(),
                        heartbeats,
                        new ConnectionProbe(PROBE_TIMEOUT),
                        site.time(),
                        site.registry()));
    }

    void start() {
        balancer.ifPresent(running -> {
            CompletableFuture<Void> _ = raft.install(List.of(running));
            running.start();
        });
        crashes.ifPresent(running -> {
            CompletableFuture<Void> _ = raft.install(List.of(running));
            running.start();
        });
    }

    /** For this process. */
    Service service() {
        return service;
    }

    /** For other nodes and controllers. */
    Service listening() {
        return new QuorumService(new RaftService(raft), service);
    }

    @Override
    public void close() {
        service.stop();
        crashes.ifPresent(CrashWatch::close);
        balancer.ifPresent(Balancer::close);
        controller.close();
    }
}
