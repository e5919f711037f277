package io.weir.server.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.settings.WeirSettings;
import io.weir.storage.hdfs.local.HdfsLibraries;
import io.weir.storage.hdfs.local.HdfsProcesses;
import io.weir.storage.hdfs.local.HdfsProcessesConfig;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A cluster on this machine: processes that outlive this one, in a directory that says which they are. Whoever comes
 * later stops them by that. Each method blocks; one thread.
 */
public final class LocalCluster {
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    /** Beyond what a node takes at most, as all of them have the default. */
    private static final Duration STOP_BOUND =
            WeirSettings.defaults().stopBound().plusSeconds(5);

    private static final long PAUSE_MS = 50;
    private static final int DATA_NODES = 3;

    private final Path directory;
    private final NodeCommand command;
    private final Consumer<String> progress;
    private final Time time;

    /** @param progress gets a line at each step */
    public LocalCluster(Path directory, NodeCommand command, Consumer<String> progress, Time time) {
        this.directory = directory.toAbsolutePath().normalize();
        this.command = command;
        this.progress = progress;
        this.time = time;
    }

    /**
     * Starts everything and returns when every node is ready.
     *
     * @param store {@code weir.store}; absent: an HDFS of its own
     * @throws WeirException INVALID when it runs already or a port is taken; UNAVAILABLE, naming a log, when a process
     *     does not come up; then all are stopped
     */
    public LocalRecord start(LocalWish wish, Optional<String> store) {
        Optional<LocalRecord> before = LocalRecord.read(directory);
        before.filter(known -> !known.alive().isEmpty()).ifPresent(running -> {
            throw new WeirException(
                    FaultKind.INVALID,
                    "A cluster runs already in " + directory + " ("
                            + running.alive().size()
                            + " processes). `weir cluster stop-local` stops it; --data names another directory");
        });
        String clusterId = before.map(LocalRecord::clusterId)
                .orElseGet(() -> Uuid.randomUuid().toString());
        FreePorts ports = new FreePorts();
        List<Integer> clients = wish.port().isPresent()
                ? ports.rowFrom(wish.port().getAsInt(), wish.fronts())
                : ports.row(wish.fronts());
        try {
            LocalRecord hdfs = new LocalRecord(clusterId, "", List.of());
            hdfs.write(directory);
            String where = store.orElse("");
            if (store.isEmpty()) {
                HdfsProcesses servers = startHdfs();
                where = servers.uri() + "/weir";
                hdfs = record(hdfs, servers);
            }
            List<LocalNode> nodes = LocalPlan.of(wish, directory, clusterId, where, clients, ports::next);
            LocalRecord all = new LocalRecord(clusterId, LocalPlan.bootstrap(nodes), hdfs.processes());
            List<LocalProcess> started = new ArrayList<>();
            for (LocalNode node : nodes) {
                LocalProcess process = launch(node);
                started.add(process);
                all = all.with(process);
                all.write(directory);
            }
            awaitReady(started);
            return all;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private HdfsProcesses startHdfs() {
        progress.accept("Starting HDFS, one NameNode and " + DATA_NODES + " DataNodes");
        long startMs = time.milliseconds();
        Path home = Optional.ofNullable(System.getProperty(NodeCommand.SCRIPT))
                .map(script -> Path.of(script).toAbsolutePath().normalize())
                .orElseGet(() -> Path.of(""));
        HdfsProcesses servers = HdfsProcesses.start(
                new HdfsProcessesConfig(
                        directory.resolve("hdfs"), HdfsLibraries.find(home), DATA_NODES, START_BOUND, Map.of(), false),
                time);
        progress.accept("  HDFS is ready after " + seconds(startMs));
        return servers;
    }

    private LocalRecord record(LocalRecord empty, HdfsProcesses servers) {
        Path logs = directory.resolve("hdfs");
        LocalRecord all = empty.with(LocalProcess.of("namenode", servers.nameNodePid(), "", logs.toString()));
        for (int number = 0; number < servers.dataNodes(); number++) {
            all = all.with(LocalProcess.of("datanode-" + number, servers.pid(number), "", logs.toString()));
        }
        all.write(directory);
        return all;
    }

    private LocalProcess launch(LocalNode node) {
        progress.accept("Starting " + node.name());
        Path home = directory.resolve(node.name());
        Path settings = home.resolve("weir.properties");
        Path log = home.resolve("log");
        try {
            Files.createDirectories(home);
            Properties properties = new Properties();
            properties.putAll(node.settings());
            try (Writer out = Files.newBufferedWriter(settings)) {
                properties.store(out, "Made by weir cluster start-local");
            }
            List<String> words = new ArrayList<>(command.words());
            words.add(settings.toString());
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
            builder.environment().putAll(command.environment());
            Process process = builder.start();
            process.getOutputStream().close();
            return LocalProcess.of(node.name(), process.pid(), node.http(), log.toString());
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot start " + node.name() + ": " + e.getMessage(), e);
        }
    }

    private void awaitReady(List<LocalProcess> nodes) {
        long startMs = time.milliseconds();
        List<LocalProcess> missing = new ArrayList<>(nodes);
        while (!missing.isEmpty()) {
            for (LocalProcess node : List.copyOf(missing)) {
                if (!node.isAlive()) {
                    throw new WeirException(
                            FaultKind.UNAVAILABLE, node.name() + " has ended. Its log is " + node.log());
                }
                if (HttpProbe.isReady(node.http())) {
                    missing.remove(node);
                    progress.accept("  " + node.name() + " is ready after " + seconds(startMs));
                }
            }
            if (time.milliseconds() - startMs > START_BOUND.toMillis()) {
                LocalProcess first = missing.getFirst();
                throw new WeirException(
                        FaultKind.UNAVAILABLE,
                        first.name() + " is not ready after " + START_BOUND.toSeconds() + " s. Its log is "
                                + first.log());
            }
            time.sleep(PAUSE_MS);
        }
    }

    /**
     * Stops whatever runs: proxies, then brokers, controllers after them, HDFS last, so that each finds whom it needs to end
     * in order; with SIGKILL what does not go. What another process has the number of is left alone.
     *
     * @return how many processes were stopped
     */
    public int stop() {
        Optional<LocalRecord> known = LocalRecord.read(directory);
        int stopped = 0;
        for (String group : List.of("proxy", "broker", "controller", "datanode", "namenode")) {
            List<LocalProcess> running = known.map(LocalRecord::alive).orElse(List.of()).stream()
                    .filter(process -> group.equals(process.name().replaceFirst("-\\d+$", "")))
                    .toList();
            running.forEach(process -> {
                progress.accept("Stopping " + process.name());
                process.handle().ifPresent(ProcessHandle::destroy);
            });
            awaitEnd(running);
            stopped += running.size();
        }
        known.ifPresent(
                cluster -> new LocalRecord(cluster.clusterId(), cluster.bootstrap(), List.of()).write(directory));
        return stopped;
    }

    private void awaitEnd(List<LocalProcess> processes) {
        long deadlineMs = time.milliseconds() + STOP_BOUND.toMillis();
        while (processes.stream().anyMatch(LocalProcess::isAlive)) {
            if (time.milliseconds() > deadlineMs) {
                processes.stream().filter(LocalProcess::isAlive).forEach(process -> {
                    progress.accept("  " + process.name() + " does not stop: killing it");
                    process.handle().ifPresent(ProcessHandle::destroyForcibly);
                });
                deadlineMs = Long.MAX_VALUE;
            }
            time.sleep(PAUSE_MS);
        }
    }

    private String seconds(long startMs) {
        return String.format(Locale.ROOT, "%.1f s", (time.milliseconds() - startMs) / 1e3);
    }
}
