package io.weir.server.wiring;

import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import io.weir.server.settings.Role;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The metadata log of this node, which it writes, votes on or follows, and the controller over it where this node has
 * one.
 */
final class MetadataRoom implements AutoCloseable {
    private final MetadataDirectory directory;
    private final RaftNode raft;
    private final Optional<ControllerRoom> controller;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Opens the log and takes no part yet; {@code fatal} hears when the process had better end. */
    MetadataRoom(Site site, Consumer<Throwable> fatal) {
        RaftConfig config = site.configs().raft();
        this.directory = MetadataDirectory.open(
                site.settings().dataDirectory().resolve("metadata"),
                site.nodeId(),
                site.settings().cluster().id(),
                config);
        try {
            this.raft = new RaftNode(config, directory, site.time(), new MetadataFaults("raft", fatal));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
        this.controller = site.plays(Role.CONTROLLER)
                ? Optional.of(new ControllerRoom(site, directory, raft, fatal))
                : Optional.empty();
    }

    /** Begins to write, vote or follow. Once. */
    MetadataRoom start() {
        raft.start();
        controller.ifPresent(ControllerRoom::start);
        return this;
    }

    String clusterId() {
        return directory.clusterId();
    }

    MetadataDirectory directory() {
        return directory;
    }

    RaftNode raft() {
        return raft;
    }

    Optional<ControllerRoom> controller() {
        return controller;
    }

    /** Later calls do nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        controller.ifPresent(ControllerRoom::close);
        raft.close();
        directory.close();
    }
}
