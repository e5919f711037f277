package io.weir.server.wiring;

import io.weir.controller.ControllerConfig;
import io.weir.controller.ControllerService;
import io.weir.controller.EmbeddedController;
import io.weir.controller.QuorumService;
import io.weir.controller.balance.Balancer;
import io.weir.controller.balance.OwnerReports;
import io.weir.kafka.Service;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftNode;
import io.weir.metadata.raft.RaftService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Role: the controller, and beside it the balancer, which has nothing to do where there is one node. */
final class ControllerRoom implements AutoCloseable {
    private final RaftNode raft;
    private final EmbeddedController controller;
    private final ControllerService service;
    private final Optional<Balancer> balancer;

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
        this.service = new ControllerService(config, controller, raft, reports, site.time());
        this.balancer = site.alone()
                ? Optional.empty()
                : Optional.of(new Balancer(
                        site.configs().balance(), controller.controller(), reports, site.time(), site.registry()));
    }

    void start() {
        balancer.ifPresent(running -> {
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
        balancer.ifPresent(Balancer::close);
        controller.close();
    }
}
