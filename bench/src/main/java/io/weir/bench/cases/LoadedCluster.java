package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Owners;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.SteadyLoad;
import io.weir.bench.load.Workload;
import io.weir.bench.target.WeirCluster;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** A cluster of Weir whose partitions are spread evenly and all under load. One thread. */
final class LoadedCluster implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(5);

    private final Trial trial;
    private final int partitions;
    private final Owners owners;
    private final SteadyLoad load;

    private LoadedCluster(Trial trial, int partitions, Owners owners, SteadyLoad load) {
        this.trial = trial;
        this.partitions = partitions;
        this.owners = owners;
        this.load = load;
    }

    /** Something to be done before the load begins. */
    interface Preparation {
        void prepare(Clients clients, String topic, Owners owners) throws IOException, InterruptedException;
    }

    /** What all cases under such a load have in common. */
    static Workload sizes(int brokers) {
        Workload sizes = Workload.empty()
                .with(Dimension.PARTITIONS, 1000)
                .with(Dimension.RATE, 2000)
                .with(Dimension.RECORD_SIZE, 100)
                .with(Dimension.PRODUCERS, 2)
                .with(Dimension.WARMUP, 30);
        return Topologies.in(sizes, brokers);
    }

    /** What the load leaves on the disk, and what HDFS has besides. */
    static long diskBytes(Workload workload) {
        return Topologies.replicas(workload) * 500_000_000L;
    }

    /** Starts the cluster and a topic with the case's partitions for each of its brokers, and warms both up. */
    static LoadedCluster start(Trial trial, Preparation preparation) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        Clients clients = trial.start();
        int brokers = trial.cluster().brokers().size();
        int partitions = workload.count(Dimension.PARTITIONS) * brokers;
        trial.progress().phase("topic of " + partitions + " partitions");
        String topic = trial.topic(clients, partitions);
        Owners owners = new Owners(clients, topic, trial.time());
        LoadedCluster loaded = null;
        try {
            owners.awaitEven(ids(trial.cluster()), text -> trial.progress().interim(() -> text));
            preparation.prepare(clients, topic, owners);
            SteadyLoad load = new SteadyLoad(
                    clients,
                    topic,
                    partitions,
                    workload.count(Dimension.PRODUCERS),
                    workload.count(Dimension.RATE),
                    new Payloads(workload.count(Dimension.RECORD_SIZE)),
                    trial.time());
            loaded = new LoadedCluster(trial, partitions, owners, load);
            loaded.warmUp();
            return loaded;
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (loaded == null) {
                owners.close();
            } else {
                loaded.close();
            }
            throw e;
        }
    }

    private void warmUp() throws IOException {
        trial.progress().phase("warm-up");
        load.mark();
        awaitAllServed();
        trial.pause(trial.workload().count(Dimension.WARMUP));
        load.mark();
        trial.pause(2);
        trial.progress()
                .interim(
                        () -> "undisturbed p99 " + Trial.number(load.latencies().percentile(99)) + " ms");
    }

    /** Waits until each partition has acknowledged a record that was due after the load's mark. */
    void awaitAllServed() throws IOException {
        load.awaitAllServed(
                BOUND, served -> trial.progress().interim(() -> served + " of " + partitions + " partitions"));
    }

    /** Waits until the brokers that run lead as many partitions each; returns the nanoseconds of that moment. */
    long awaitEven() throws IOException, InterruptedException {
        owners.awaitEven(ids(trial.cluster()), text -> trial.progress().interim(() -> text));
        return trial.time().nanoseconds();
    }

    private static Set<Integer> ids(WeirCluster cluster) {
        return cluster.brokers().stream().map(WeirNode::id).collect(Collectors.toSet());
    }

    /** The broker that leads most partitions. */
    WeirNode fullest() throws IOException, InterruptedException {
        int fullest = Owners.fullest(owners.now());
        return trial.cluster().brokers().stream()
                .filter(node -> node.id() == fullest)
                .findFirst()
                .orElseThrow(() -> new IOException("no broker leads anything"));
    }

    /** Ends the load and waits for all answers. */
    void settle() throws IOException, InterruptedException {
        trial.progress().phase("last answers");
        load.stop();
    }

    SteadyLoad load() {
        return load;
    }

    Owners owners() {
        return owners;
    }

    /** Seconds from one moment to another, in nanoseconds. */
    static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    @Override
    public void close() {
        load.close();
        owners.close();
    }
}
