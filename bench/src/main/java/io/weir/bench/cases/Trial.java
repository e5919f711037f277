package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Topics;
import io.weir.bench.load.Workload;
import io.weir.bench.machine.CpuMeter;
import io.weir.bench.machine.CpuTime;
import io.weir.bench.machine.ProcFiles;
import io.weir.bench.target.Server;
import io.weir.bench.target.Target;
import io.weir.bench.target.Topology;
import io.weir.bench.target.WeirCluster;
import io.weir.bench.target.WeirClusterTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongFunction;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One case put to one target once: its server, its sizes, its meters. One thread; {@link #close} any thread. */
public final class Trial implements AutoCloseable {
    private final Target target;
    private final Path directory;
    private final Workload workload;
    private final Progress progress;
    private final Time time;
    private final ProcFiles files = new ProcFiles(Path.of("/proc"));
    private final List<Double> otherPercents = new ArrayList<>();
    private volatile @Nullable Server server;
    private boolean closed;
    private int topics;
    private int directories;

    /** @param directory of this trial alone; does not exist yet */
    public Trial(Target target, Path directory, Workload workload, Progress progress, Time time) {
        this.target = target;
        this.directory = directory;
        this.workload = workload;
        this.progress = progress;
        this.time = time;
    }

    /** A piece of work that is measured. */
    public interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** What a piece of work took. */
    public record Taken(double seconds, CpuTime cpu) {}

    public Workload workload() {
        return workload;
    }

    public Progress progress() {
        return progress;
    }

    public Time time() {
        return time;
    }

    /** Makes a data directory ready; each call another one. */
    public Path format() throws IOException, InterruptedException {
        Path made = directory.resolve("node-" + ++directories);
        target.format(made);
        return made;
    }

    /** Starts the server in a directory that was made ready, and returns at once. */
    public synchronized Server launch(Path formatted) throws IOException {
        if (closed) {
            throw new IOException("the trial was ended");
        }
        Server launched = target instanceof WeirClusterTarget cluster
                ? cluster.launch(formatted, topology())
                : target.launch(formatted);
        server = launched;
        return launched;
    }

    private Topology topology() {
        Topology topology = Topology.defaults();
        return new Topology(
                size(Dimension.BROKERS, topology.brokers()),
                size(Dimension.PROXIES, topology.proxies()),
                size(Dimension.CONTROLLERS, topology.controllers()),
                size(Dimension.DATA_NODES, topology.dataNodes()));
    }

    private int size(Dimension dimension, int otherwise) {
        return workload.dimensions().contains(dimension) ? workload.count(dimension) : otherwise;
    }

    /**
     * The cluster that was started, for cases that do something to its nodes.
     *
     * @throws IllegalStateException when the target is none
     */
    public WeirCluster cluster() {
        if (server instanceof WeirCluster cluster) {
            return cluster;
        }
        throw new IllegalStateException(target.name() + " is no cluster that runs");
    }

    /** Waits until a server that was launched takes connections. */
    public void awaitPort(Server launched) throws IOException {
        Topics.awaitPort(
                launched.bootstrap(),
                time,
                () -> !target.startable() || !launched.pids().isEmpty());
    }

    /** Starts a server with an empty data directory and waits until it takes connections. */
    public Clients start() throws IOException, InterruptedException {
        progress.phase("start");
        Path made = target.startable() ? format() : directory;
        Server launched = launch(made);
        awaitPort(launched);
        if (launched instanceof WeirCluster cluster) {
            cluster.awaitReady();
        }
        return new Clients(launched.bootstrap());
    }

    /** Makes a topic that did not exist, also on a server that has seen earlier trials; returns its name. */
    public String topic(Clients clients, int partitions) throws IOException, InterruptedException {
        String name = String.format(Locale.ROOT, "bench-%d-%d", time.milliseconds(), ++topics);
        new Topics(clients, time).create(name, partitions);
        return name;
    }

    /** Does the work and watches who uses the processors meanwhile. */
    public Taken measure(Work work) throws IOException, InterruptedException {
        CpuMeter meter = new CpuMeter(
                files,
                time,
                this::pids,
                target.startable(),
                Runtime.getRuntime().availableProcessors());
        CpuMeter.Reading start = meter.read();
        work.run();
        double seconds = (time.nanoseconds() - start.nanos()) / 1e9;
        CpuTime cpu = meter.since(start);
        otherPercents.add(cpu.otherPercent());
        return new Taken(seconds, cpu);
    }

    /** The server's memory in RAM, in bytes; NaN when its process is not known. */
    public double residentBytes() {
        return sum(files::residentBytes);
    }

    /** The most memory in RAM that the server has had, in bytes; NaN when its process is not known. */
    public double peakResidentBytes() {
        return sum(files::peakResidentBytes);
    }

    /** The largest share of the machine that others took during anything that was measured; NaN when unknown. */
    public double otherPercent() {
        return otherPercents.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** Ends the server and waits for its end; another one may be launched. */
    public synchronized void stop() {
        Server running = server;
        if (running != null) {
            running.close();
        }
    }

    /** Ends the server, for good. */
    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }

    private double sum(LongFunction<OptionalDouble> memory) {
        List<Long> pids = pids();
        return pids.isEmpty()
                ? Double.NaN
                : pids.stream()
                        .mapToDouble(pid -> memory.apply(pid).orElse(Double.NaN))
                        .sum();
    }

    private List<Long> pids() {
        Server running = server;
        return running == null ? List.of() : running.pids();
    }

    /** Waits, and says so. */
    public void pause(int seconds) {
        for (int second = 0; second < seconds; second++) {
            String text = second + " of " + seconds + " s";
            progress.interim(() -> text);
            time.sleep(1000);
        }
    }

    /** A number with digits that suit its size. */
    public static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
