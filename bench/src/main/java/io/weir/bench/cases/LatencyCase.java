package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Latencies;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Latency of acknowledgements at a fixed rate. */
final class LatencyCase implements Case {
    private final String name;
    private final String description;
    private final Workload defaults;
    private final boolean spread;

    private LatencyCase(String name, String description, Workload defaults, boolean spread) {
        this.name = name;
        this.description = description;
        this.defaults = defaults;
        this.spread = spread;
    }

    /** With few partitions, which the producer chooses. */
    static LatencyCase fewPartitions() {
        Workload defaults = fixedRate().with(Dimension.RATE, 10_000).with(Dimension.PARTITIONS, 6);
        return new LatencyCase("latency", "time until a record is acknowledged, at a fixed rate", defaults, false);
    }

    /** With many partitions, each of which has taken a record before, in turn. */
    static LatencyCase manyPartitions() {
        Workload defaults = fixedRate()
                .with(Dimension.RATE, 20_000)
                .with(Dimension.PARTITIONS, 1000)
                .with(Dimension.PRODUCERS, 1);
        return new LatencyCase(
                "partitions",
                "time until a record is acknowledged when the records go to many partitions in turn, none of them new",
                defaults,
                true);
    }

    /** The same of a cluster on HDFS, with as many as a broker should bear. */
    static LatencyCase clusterPartitions() {
        Workload defaults = fixedRate()
                .with(Dimension.RATE, 20_000)
                .with(Dimension.PARTITIONS, 10_000)
                .with(Dimension.PRODUCERS, 2)
                .with(Dimension.RECORD_SIZE, 100);
        return new LatencyCase(
                "hdfs-partitions",
                "time until a record is acknowledged when the records go in turn to many partitions of one broker on HDFS;"
                        + " fails when one is refused",
                Topologies.in(defaults, 1),
                true);
    }

    /** What all cases of a fixed rate have in common. */
    static Workload fixedRate() {
        return Workload.empty()
                .with(Dimension.SECONDS, 20)
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.COMPRESSION, "none")
                .with(Dimension.WARMUP, 10)
                .with(Dimension.LINGER, 0)
                .with(Dimension.BATCH_SIZE, 16384);
    }

    /** Disk space of all cases of a fixed rate: a batch of one record has a head of 61 bytes, and servers add to it. */
    static long fixedRateBytes(Workload workload) {
        long seconds = workload.number(Dimension.SECONDS) + workload.number(Dimension.WARMUP);
        return seconds * workload.number(Dimension.RATE) * (workload.number(Dimension.RECORD_SIZE) + 100);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Workload defaults() {
        return defaults;
    }

    @Override
    public long diskBytes(Workload workload) {
        return (fixedRateBytes(workload) + workload.number(Dimension.PARTITIONS) * 50_000)
                * Topologies.replicas(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        int partitions = workload.count(Dimension.PARTITIONS);
        Clients clients = trial.start();
        String topic = trial.topic(clients, partitions);
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        List<Sender> senders = new ArrayList<>();
        try {
            for (int i = 0; i < (spread ? workload.count(Dimension.PRODUCERS) : 1); i++) {
                senders.add(new Sender(clients.producer(workload), topic, payloads));
            }
            trial.progress().phase("warm-up");
            ProduceRun.touch(senders, partitions, trial.progress());
            LatencyRun run = new LatencyRun(senders, spread ? partitions : 0, trial.progress(), trial.time());
            run.run(rate, workload.count(Dimension.WARMUP));
            trial.progress().phase(name);
            Trial.Taken taken = trial.measure(() -> run.run(rate, workload.count(Dimension.SECONDS)));
            return figures(run.latencies(), taken, workload);
        } finally {
            senders.forEach(Sender::close);
        }
    }

    /** What every case says that sends at a fixed rate. */
    static List<Figure> figures(Latencies latencies, Trial.Taken taken, Workload workload) {
        double gigabytes = latencies.count() * (double) workload.number(Dimension.RECORD_SIZE) / 1e9;
        return List.of(
                Figure.less("p50", "ms", latencies.percentile(50)),
                Figure.less("p99", "ms", latencies.percentile(99)),
                Figure.less("p99.9", "ms", latencies.percentile(99.9)),
                Figure.less("longest", "ms", latencies.maximum()),
                Figure.less("server CPU per GB", "s", taken.cpu().processSeconds() / gigabytes));
    }
}
