package io.weir.server.wiring;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.ControllerConfig;
import io.weir.controller.ControllerService;
import io.weir.controller.EmbeddedController;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;

/** The metadata log of this node and the controller over it. */
final class Quorum implements AutoCloseable {
    private final MetadataDirectory directory;
    private final RaftNode raft;
    private final EmbeddedController controller;
    private final ControllerService service;

    /** Opens the log and starts to take part; {@code fatal} hears when the process had better end. */
    Quorum(
            Path path,
            int nodeId,
            ControllerConfig config,
            Time time,
            RandomGenerator random,
            PrometheusRegistry registry,
            Consumer<Throwable> fatal) {
        RaftConfig raftConfig = RaftConfig.defaults();
        this.directory = MetadataDirectory.open(path, nodeId, Optional.empty(), raftConfig);
        try {
            this.raft = new RaftNode(raftConfig, directory, time, new MetadataFaults("raft", fatal));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
        this.controller = new EmbeddedController(
                config,
                directory,
                raft,
                time,
                random,
                new MetadataFaults("controller", fatal),
                new MetadataFaults("controller", fault -> {}),
                registry);
        this.service = new ControllerService(config, controller, raft, time);
        raft.start();
    }

    MetadataDirectory directory() {
        return directory;
    }

    RaftNode raft() {
        return raft;
    }

    ControllerService service() {
        return service;
    }

    @Override
    public void close() {
        controller.close();
        raft.close();
        directory.close();
    }
}
