package io.weir.controller;

import io.weir.metadata.raft.PeerConfig;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.Voters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Controllers and nodes of one cluster on the loopback, each with a directory and sockets of its own. */
final class TestQuorum implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(30);

    private final Path root;
    private final Voters voters;
    private final Map<Integer, TestController> controllers = new HashMap<>();
    private final List<TestObserver> observers = new ArrayList<>();
    private UnaryOperator<RaftConfig> raft = UnaryOperator.identity();
    private Duration sessionTimeout = Duration.ofSeconds(9);

    TestQuorum(Path root, int size) {
        this.root = root;
        TreeMap<Integer, InetSocketAddress> addresses = new TreeMap<>();
        for (int port : freePorts(size)) {
            addresses.put(addresses.size() + 1, InetSocketAddress.createUnresolved("127.0.0.1", port));
        }
        this.voters = new Voters(addresses);
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    TestQuorum with(UnaryOperator<RaftConfig> change) {
        raft = change;
        return this;
    }

    TestQuorum withSessionTimeout(Duration timeout) {
        sessionTimeout = timeout;
        return this;
    }

    TestQuorum startAll() {
        voters.addresses().keySet().forEach(this::start);
        return this;
    }

    Voters voters() {
        return voters;
    }

    Path directory(int nodeId) {
        return root.resolve("node-" + nodeId);
    }

    RaftConfig raftConfig() {
        return raft.apply(RaftConfig.defaults().withPeers(PeerConfig.defaults().withVoters(voters)));
    }

    TestController start(int nodeId) {
        ControllerConfig defaults = ControllerConfig.defaults();
        ControllerConfig config = new ControllerConfig(
                        sessionTimeout,
                        defaults.idleRecordInterval(),
                        defaults.leaderImbalanceCheckInterval(),
                        defaults.defaultPartitions(),
                        defaults.deleteTopics(),
                        defaults.maxRecordsPerBatch(),
                        defaults.nodeDefinition(),
                        defaults.nodeSettings())
                .inQuorum(voters.position(nodeId));
        TestController controller = new TestController(directory(nodeId), nodeId, "cluster", raftConfig(), config);
        controllers.put(nodeId, controller);
        return controller;
    }

    TestObserver observe(int nodeId) {
        TestObserver observer = new TestObserver(directory(nodeId), nodeId, Optional.of("cluster"), raftConfig());
        observers.add(observer);
        return observer;
    }

    /** The one that decides; waits until there is one. */
    TestController active() {
        await("an active controller", () -> findActive().isPresent());
        return findActive().orElseThrow();
    }

    Optional<TestController> findActive() {
        return controllers.values().stream().filter(TestController::isActive).findFirst();
    }

    /** Ends the active one without a word; returns which it was. */
    int killActive() {
        TestController active = active();
        controllers.remove(active.nodeId());
        active.kill();
        return active.nodeId();
    }

    void stop(int nodeId) {
        TestController controller = controllers.remove(nodeId);
        if (controller != null) {
            controller.close();
        }
    }

    List<TestController> controllers() {
        return List.copyOf(controllers.values());
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + BOUND.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() {
        observers.forEach(TestObserver::close);
        controllers.values().forEach(TestController::close);
    }
}
