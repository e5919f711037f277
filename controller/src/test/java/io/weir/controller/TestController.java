package io.weir.controller;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.balance.OwnerReports;
import io.weir.controller.crash.Heartbeats;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.FeatureLevels;
import io.weir.kafka.wire.WireConfig;
import io.weir.kafka.wire.WireServer;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import io.weir.metadata.raft.RaftService;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;

/** One controller of a quorum with its listener, wired as the server wires it. */
final class TestController implements AutoCloseable {
    final MetadataDirectory directory;
    final RaftNode raft;
    final EmbeddedController embedded;
    final ControllerService service;
    final WireServer listener;
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final Queue<Integer> fetchWaits = new ConcurrentLinkedQueue<>();
    private final int nodeId;

    TestController(Path path, int nodeId, String clusterId, RaftConfig config, ControllerConfig controller) {
        this.nodeId = nodeId;
        MetadataFaults fatal = new MetadataFaults("raft-" + nodeId, faults::add);
        directory = MetadataDirectory.open(path, nodeId, Optional.of(clusterId), config);
        raft = new RaftNode(config, directory, Time.SYSTEM, fatal);
        embedded = new EmbeddedController(
                controller,
                directory,
                raft,
                Time.SYSTEM,
                RandomGenerator.of("L64X128MixRandom"),
                fatal,
                new MetadataFaults("controller-" + nodeId, faults::add),
                new PrometheusRegistry());
        service = new ControllerService(
                controller, embedded, raft, new OwnerReports(), new Heartbeats(Time.SYSTEM), Time.SYSTEM);
        listener = listener(config, config.peers().voters().address(nodeId).orElseThrow());
        listener.bind();
        raft.start();
    }

    private WireServer listener(RaftConfig config, InetSocketAddress address) {
        WireConfig wire = WireConfig.defaults()
                .withListeners(List.of(new WireConfig.Listener(
                        config.listener(), address.getHostString(), address.getPort(), SecurityProtocol.PLAINTEXT)));
        return new WireServer(
                wire,
                new Watched(new QuorumService(new RaftService(raft), service), fetchWaits),
                () -> FeatureLevels.NONE,
                Authenticator.anonymous(),
                PooledByteBufAllocator.DEFAULT,
                Time.SYSTEM,
                new PrometheusRegistry());
    }

    int nodeId() {
        return nodeId;
    }

    boolean isActive() {
        return embedded.controller().isActive();
    }

    @Override
    public void close() {
        service.stop();
        embedded.close();
        raft.close();
        listener.close();
        directory.close();
    }

    /** Ends as a process does that is killed: nobody hears of it but by its closed sockets. Returns when all is gone. */
    void kill() {
        Thread sockets = Thread.ofPlatform().start(listener::close);
        raft.kill();
        embedded.close();
        directory.close();
        try {
            sockets.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Notes how long fetches would wait. */
    private record Watched(Service service, Queue<Integer> fetchWaits) implements Service {
        @Override
        public Set<ApiKeys> apis() {
            return service.apis();
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            if (call.request().data() instanceof FetchRequestData fetch) {
                fetchWaits.add(fetch.maxWaitMs());
            }
            return service.call(call);
        }
    }
}
