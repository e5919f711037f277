package io.weir.storage.hdfs.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A NameNode and DataNodes as processes of this machine, on free ports of the loopback address that they keep over
 * restarts. About half a gigabyte of memory for each; some ten seconds to start. One thread at a time.
 */
public final class HdfsProcesses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HdfsProcesses.class);
    private static final String HOST = "127.0.0.1";
    private static final int NAME_NODE_MEBIBYTES = 512;
    private static final int DATA_NODE_MEBIBYTES = 384;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int DATA_NODE_PORTS = 3;

    private final HdfsProcessesConfig config;
    private final Time time;
    private final Path webapps;
    private final int port;
    private final ServerProcess nameNode;
    private final List<ServerProcess> dataNodes = new ArrayList<>();
    private final List<Integer> transferPorts = new ArrayList<>();
    private @Nullable Thread hook;

    private HdfsProcesses(HdfsProcessesConfig config, Time time) throws IOException {
        this.config = config;
        this.time = time;
        this.webapps = config.directory().resolve("webapps-root");
        // The servers want their web applications' directories to be there; they may be empty.
        for (String webapp : List.of("hdfs", "datanode", "static")) {
            Files.createDirectories(webapps.resolve("webapps").resolve(webapp));
        }
        List<Integer> ports = freePorts(1 + DATA_NODE_PORTS * config.dataNodes());
        this.port = ports.getFirst();
        this.nameNode = nameNode();
        for (int i = 0; i < config.dataNodes(); i++) {
            List<Integer> own = ports.subList(1 + DATA_NODE_PORTS * i, 1 + DATA_NODE_PORTS * (i + 1));
            transferPorts.add(own.getFirst());
            dataNodes.add(dataNode(i, own));
        }
    }

    /** As {@link #start(HdfsProcessesConfig, Time)}, with the defaults. */
    public static HdfsProcesses start(Path directory, int dataNodes) {
        return start(HdfsProcessesConfig.defaults(directory, dataNodes), Time.SYSTEM);
    }

    /**
     * Starts everything and returns when files can be written.
     *
     * @throws WeirException UNAVAILABLE with the log to look at
     */
    public static HdfsProcesses start(HdfsProcessesConfig config, Time time) {
        try {
            HdfsProcesses processes = new HdfsProcesses(config, time);
            try {
                processes.begin();
                return processes;
            } catch (InterruptedException | RuntimeException e) {
                processes.close();
                throw e;
            }
        } catch (IOException e) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE, "Cannot start HDFS in " + config.directory() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while HDFS started", e);
        }
    }

    private void begin() throws InterruptedException {
        long startMs = time.milliseconds();
        if (config.endWithThisProcess()) {
            hook = Thread.ofPlatform().name("weir-hdfs-end").unstarted(this::killAll);
            Runtime.getRuntime().addShutdownHook(hook);
        }
        if (!Files.exists(nameDirectory().resolve("current"))) {
            new ServerProcess(
                            "formatting of the NameNode",
                            ServerProcess.java(
                                    NAME_NODE_MEBIBYTES,
                                    configuration("namenode"),
                                    webapps,
                                    config.libraries(),
                                    "org.apache.hadoop.hdfs.server.namenode.NameNode",
                                    "-format",
                                    "-nonInteractive"),
                            log("format"),
                            time)
                    .run(config.startTimeout());
        }
        nameNode.start();
        dataNodes.forEach(ServerProcess::start);
        awaitReadyInterruptibly();
        LOG.info(
                "hdfs_processes=ready uri={} data_nodes={} took_ms={}",
                uri(),
                dataNodes.size(),
                time.milliseconds() - startMs);
    }

    /** {@code hdfs://127.0.0.1:port}: the NameNode. */
    public URI uri() {
        return URI.create("hdfs://" + HOST + ":" + port);
    }

    /** How many DataNodes there are, alive or not. */
    public int dataNodes() {
        return dataNodes.size();
    }

    /** The process of a DataNode; it may have ended. */
    public long pid(int dataNode) {
        return dataNodes.get(dataNode).pid();
    }

    /** The NameNode's process; it may have ended. */
    public long nameNodePid() {
        return nameNode.pid();
    }

    /** SIGKILL for a DataNode. */
    public void kill(int dataNode) {
        dataNodes.get(dataNode).kill();
    }

    /** SIGSTOP for a DataNode: it hangs. */
    public void pause(int dataNode) {
        dataNodes.get(dataNode).pause();
    }

    /** SIGCONT for a DataNode. */
    public void resume(int dataNode) {
        dataNodes.get(dataNode).resume();
    }

    /** Starts a DataNode that has ended and returns when all that run are registered. */
    public void restart(int dataNode) {
        dataNodes.get(dataNode).start();
        awaitReady();
    }

    /** SIGKILL for the NameNode. */
    public void killNameNode() {
        nameNode.kill();
    }

    /** SIGTERM for the NameNode; returns when it is gone. */
    public void stopNameNode() {
        nameNode.stop();
    }

    /** SIGSTOP for the NameNode. */
    public void pauseNameNode() {
        nameNode.pause();
    }

    /** SIGCONT for the NameNode. */
    public void resumeNameNode() {
        nameNode.resume();
    }

    /** Starts a NameNode that has ended and returns when it has left safe mode and all DataNodes that run are there. */
    public void restartNameNode() {
        nameNode.start();
        awaitReady();
    }

    /** Returns when all servers that run are there and files can be written. */
    public void awaitReady() {
        try {
            awaitReadyInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while HDFS started", e);
        }
    }

    private void awaitReadyInterruptibly() throws InterruptedException {
        long deadlineMs = time.milliseconds() + config.startTimeout().toMillis();
        Configuration settings = new Configuration();
        settings.setInt("ipc.client.connect.max.retries", 0);
        String missing = "the NameNode does not answer";
        while (time.milliseconds() < deadlineMs) {
            try (FileSystem fileSystem = FileSystem.newInstance(uri(), settings)) {
                DistributedFileSystem hdfs = (DistributedFileSystem) fileSystem;
                Set<Integer> absent = absent(hdfs.getDataNodeStats(HdfsConstants.DatanodeReportType.LIVE));
                boolean safe = hdfs.isInSafeMode();
                if (absent.isEmpty() && !safe) {
                    return;
                }
                missing = safe ? "the NameNode is in safe mode" : "DataNodes are missing: " + absent;
            } catch (IOException e) {
                LOG.trace("hdfs_processes=not_ready reason={}", e.getMessage());
            }
            nameNode.requireAlive(PAUSE);
        }
        throw new WeirException(
                FaultKind.UNAVAILABLE,
                "HDFS is not ready after " + config.startTimeout().toSeconds() + " s: " + missing + ". Logs are in "
                        + config.directory());
    }

    /** DataNodes that run and have not been heard of since they were started. */
    private Set<Integer> absent(DatanodeInfo[] reports) {
        Set<Integer> absent = new TreeSet<>();
        for (int i = 0; i < dataNodes.size(); i++) {
            ServerProcess dataNode = dataNodes.get(i);
            int transferPort = transferPorts.get(i);
            if (dataNode.isAlive()
                    && Arrays.stream(reports)
                            .noneMatch(report -> report.getXferPort() == transferPort && serves(report, dataNode))) {
                absent.add(i);
            }
        }
        return absent;
    }

    /** Whether the NameNode that runs now knows the disk and the blocks of the DataNode that runs now. */
    private boolean serves(DatanodeInfo report, ServerProcess dataNode) {
        long startedMs = Math.max(dataNode.startedMs(), nameNode.startedMs());
        return report.getLastUpdate() > startedMs && report.getCapacity() > 0 && report.getLastBlockReportTime() > 0;
    }

    /** Ends all processes; the data stays. */
    @Override
    public void close() {
        killAll();
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                LOG.trace("hdfs_processes=ending_with_the_process");
            }
        }
    }

    // They are made to survive it, and it is quick.
    private void killAll() {
        dataNodes.stream().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
        if (nameNode.isAlive()) {
            nameNode.kill();
        }
    }

    private ServerProcess nameNode() throws IOException {
        Map<String, String> hdfs = settings();
        hdfs.put("dfs.namenode.name.dir", nameDirectory().toUri().toString());
        hdfs.put("dfs.namenode.rpc-address", HOST + ":" + port);
        hdfs.put("dfs.namenode.http-address", HOST + ":0");
        hdfs.putAll(config.settings());
        Path configuration = configuration("namenode");
        SiteFiles.write(configuration, core(), hdfs);
        return server(
                "NameNode",
                "namenode",
                ServerProcess.java(
                        NAME_NODE_MEBIBYTES,
                        configuration,
                        webapps,
                        config.libraries(),
                        "org.apache.hadoop.hdfs.server.namenode.NameNode"));
    }

    private ServerProcess dataNode(int number, List<Integer> ports) throws IOException {
        String name = "datanode-" + number;
        Map<String, String> hdfs = settings();
        hdfs.put(
                "dfs.datanode.data.dir",
                config.directory().resolve(name).resolve("data").toUri().toString());
        hdfs.put("dfs.datanode.address", HOST + ":" + ports.get(0));
        hdfs.put("dfs.datanode.ipc.address", HOST + ":" + ports.get(1));
        hdfs.put("dfs.datanode.http.address", HOST + ":" + ports.get(2));
        hdfs.putAll(config.settings());
        Path configuration = configuration(name);
        SiteFiles.write(configuration, core(), hdfs);
        return server(
                "DataNode " + number,
                name,
                ServerProcess.java(
                        DATA_NODE_MEBIBYTES,
                        configuration,
                        webapps,
                        config.libraries(),
                        "org.apache.hadoop.hdfs.server.datanode.DataNode"));
    }

    private ServerProcess server(String title, String name, List<String> command) {
        return new ServerProcess(
                title, config.endWithThisProcess() ? command : ServerProcess.detached(command), log(name), time);
    }

    private Map<String, String> core() {
        return Map.of(
                "fs.defaultFS",
                uri().toString(),
                "hadoop.tmp.dir",
                config.directory().resolve("tmp").toString(),
                // A DataNode that is gone must not hold up the recovery of a lease.
                "ipc.client.connect.max.retries",
                "2",
                "ipc.client.connect.retry.interval",
                "200");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("dfs.replication", Integer.toString(Math.min(3, config.dataNodes())));
        settings.put("dfs.heartbeat.interval", "1");
        settings.put("dfs.blockreport.initialDelay", "0");
        settings.put("dfs.namenode.safemode.extension", "0");
        settings.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
        settings.put("dfs.namenode.handler.count", "8");
        settings.put("dfs.datanode.handler.count", "4");
        // A DataNode that hangs must not hold up the recovery of a lease. It must be more than half of the clients'
        // time-out, after which a writer that has nothing to write gives a sign of life.
        settings.put("dfs.client.socket-timeout", "5000");
        // Several on one machine share its disk.
        settings.put("dfs.datanode.du.reserved", "0");
        settings.put("dfs.namenode.redundancy.considerLoad", "false");
        return settings;
    }

    private Path configuration(String server) {
        return config.directory().resolve(server).resolve("conf");
    }

    private Path nameDirectory() {
        return config.directory().resolve("namenode").resolve("name");
    }

    private Path log(String server) {
        return config.directory().resolve(server + ".log");
    }

    /** Held all together, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
