package io.weir.bench.target;

import io.weir.common.error.WeirException;
import io.weir.storage.hdfs.local.HdfsLibraries;
import io.weir.storage.hdfs.local.HdfsProcesses;
import io.weir.storage.hdfs.local.HdfsProcessesConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Controllers, brokers and proxies of Weir on an HDFS of their own, each a process on loopback. Nodes are numbered in that
 * order from 1; whoever is added takes the next number. One thread; {@link #close} any.
 */
public final class WeirCluster implements Server {
    private static final Duration HDFS_BOUND = Duration.ofMinutes(2);
    private static final Duration HTTP_BOUND = Duration.ofSeconds(2);
    private static final String HOST = "127.0.0.1:";

    private final WeirClusterTarget target;
    private final Path directory;
    private final Topology topology;
    private final Time time;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(HTTP_BOUND).build();
    private final Map<String, String> shared = new LinkedHashMap<>();
    private final List<WeirNode> nodes = new CopyOnWriteArrayList<>();
    private volatile @Nullable HdfsProcesses hdfs;
    private boolean closed;

    private WeirCluster(WeirClusterTarget target, Path directory, Topology topology, Time time) {
        this.target = target;
        this.directory = directory;
        this.topology = topology;
        this.time = time;
    }

    /** Starts everything; the nodes need not be ready yet. */
    static WeirCluster launch(WeirClusterTarget target, Path directory, Topology topology, Time time)
            throws IOException {
        WeirCluster cluster = new WeirCluster(target, directory, topology, time);
        try {
            cluster.begin();
            return cluster;
        } catch (WeirException e) {
            cluster.close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        shared.put("cluster.id", Uuid.randomUuid().toString());
        shared.put("weir.store", startHdfs() + "/weir");
        List<String> voters = new ArrayList<>();
        for (int voter = 1; voter <= topology.controllers(); voter++) {
            voters.add(voter + "@" + HOST + FreePorts.next());
        }
        shared.put("controller.quorum.voters", String.join(",", voters));
        for (int controller = 0; controller < topology.controllers(); controller++) {
            add("controller").start();
        }
        for (int broker = 0; broker < topology.brokers(); broker++) {
            addBroker().start();
        }
        for (int proxy = 0; proxy < topology.proxies(); proxy++) {
            add("proxy").start();
        }
    }

    private String startHdfs() {
        HdfsProcesses started = HdfsProcesses.start(
                new HdfsProcessesConfig(
                        directory.resolve("hdfs"),
                        HdfsLibraries.find(target.launcher()),
                        topology.dataNodes(),
                        HDFS_BOUND,
                        Map.of(),
                        true),
                time);
        hdfs = started;
        return started.uri().toString();
    }

    /** One more broker, which is not started yet. It talks to clients, too, where there are no proxies. */
    public WeirNode addBroker() throws IOException {
        return add(topology.proxies() == 0 ? "proxy,broker,coordinator" : "broker,coordinator");
    }

    private synchronized WeirNode add(String roles) throws IOException {
        if (closed) {
            throw new IOException("the cluster was ended");
        }
        int id = nodes.size() + 1;
        Path home = directory.resolve((roles.contains("broker") ? "broker" : roles) + "-" + id);
        Files.createDirectories(home);
        Map<String, String> settings = new LinkedHashMap<>(shared);
        settings.put("roles", roles);
        settings.put("node.id", Integer.toString(id));
        settings.put("weir.data.dir", home.resolve("data").toString());
        settings.put("weir.http.listener", HOST + FreePorts.next());
        if (roles.contains("proxy")) {
            settings.put("listeners", "PLAINTEXT://" + HOST + FreePorts.next());
        }
        if (roles.contains("broker")) {
            settings.put("weir.internal.listener", HOST + FreePorts.next());
        }
        target.settings().forEach(setting -> {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        });
        Map<String, String> environment = target.build().isEmpty() ? Map.of() : Map.of("WEIR_BUILD", target.build());
        WeirNode node = new WeirNode(target.launcher(), settings, environment, home.resolve("server.log"), http, time);
        nodes.add(node);
        return node;
    }

    /** Waits until every node is ready. */
    public void awaitReady() throws IOException, InterruptedException {
        for (WeirNode node : nodes) {
            node.awaitReady();
        }
    }

    /** Nodes that own partitions and run. */
    public List<WeirNode> brokers() {
        return running("broker");
    }

    /** Nodes that talk to clients and run. */
    public List<WeirNode> proxies() {
        return running("proxy");
    }

    private List<WeirNode> running(String role) {
        return nodes.stream().filter(node -> node.is(role) && node.isAlive()).toList();
    }

    /** All metrics of some nodes together. */
    public static NodeMetrics metrics(List<WeirNode> nodes) throws IOException, InterruptedException {
        NodeMetrics all = NodeMetrics.none();
        for (WeirNode node : nodes) {
            all = all.plus(node.metrics());
        }
        return all;
    }

    /** SIGKILL for a DataNode of HDFS. */
    public void killDataNode(int number) {
        HdfsProcesses running = hdfs;
        if (running != null) {
            running.kill(number);
        }
    }

    @Override
    public String bootstrap() {
        return nodes.stream()
                .map(WeirNode::clients)
                .filter(address -> !address.isEmpty())
                .collect(Collectors.joining(","));
    }

    @Override
    public List<Long> pids() {
        HdfsProcesses running = hdfs;
        Stream<Long> store = running == null
                ? Stream.of()
                : Stream.concat(
                        Stream.of(running.nameNodePid()),
                        Stream.iterate(0, number -> number + 1)
                                .limit(running.dataNodes())
                                .map(running::pid));
        return Stream.concat(nodes.stream().flatMap(node -> node.pids().stream()), store)
                .filter(pid -> ProcessHandle.of(pid).isPresent())
                .toList();
    }

    /** Kills whatever runs: the data are not wanted any more. */
    @Override
    public synchronized void close() {
        closed = true;
        nodes.forEach(WeirNode::end);
        HdfsProcesses running = hdfs;
        if (running != null) {
            running.close();
        }
        http.close();
    }
}
