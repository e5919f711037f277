package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Produce throughput. */
final class ProduceCase implements Case {
    private final String name;
    private final String description;
    private final Workload defaults;

    private ProduceCase(String name, String description, Workload defaults) {
        this.name = name;
        this.description = description;
        this.defaults = defaults;
    }

    /** Of one server. */
    static ProduceCase alone() {
        return new ProduceCase(
                "produce",
                "throughput of producers at full speed with acks=all, and what it costs the server",
                fullSpeed());
    }

    /** Of a cluster, with the processes that keep its data. */
    static ProduceCase cluster() {
        return new ProduceCase(
                "hdfs-produce",
                "throughput of producers at full speed with acks=all and three replicas, and what it costs all server"
                        + " processes together",
                Topologies.in(fullSpeed().with(Dimension.RECORDS, 2_000_000).with(Dimension.WARMUP, 20), 1));
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

    private static Workload fullSpeed() {
        return Workload.empty()
                .with(Dimension.RECORDS, 800_000)
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.COMPRESSION, "none")
                .with(Dimension.PRODUCERS, 1)
                .with(Dimension.WARMUP, 8)
                .with(Dimension.LINGER, 5)
                .with(Dimension.BATCH_SIZE, 16384);
    }

    @Override
    public long diskBytes(Workload workload) {
        long warmUp = workload.number(Dimension.WARMUP) * 300_000_000L;
        long once = workload.number(Dimension.RECORDS) * workload.number(Dimension.RECORD_SIZE) + warmUp;
        return once * Topologies.replicas(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int partitions = workload.count(Dimension.PARTITIONS);
        long records = workload.number(Dimension.RECORDS);
        Clients clients = trial.start();
        String topic = trial.topic(clients, partitions);
        int producers = workload.count(Dimension.PRODUCERS);
        try (ProduceRun run = new ProduceRun(clients, topic, workload, producers, trial.progress(), trial.time())) {
            trial.progress().phase("warm-up");
            run.touch(partitions);
            run.sendFor(workload.count(Dimension.WARMUP));
            trial.progress().phase("produce");
            Trial.Taken taken = trial.measure(() -> run.send(records));
            double bytes = (double) records * workload.number(Dimension.RECORD_SIZE);
            List<Figure> figures = new ArrayList<>();
            figures.add(Figure.more("throughput", "MB/s", bytes / 1e6 / taken.seconds()));
            figures.add(Figure.more("records", "/s", records / taken.seconds()));
            figures.add(Figure.less("server CPU per GB", "s", taken.cpu().processSeconds() / (bytes / 1e9)));
            figures.add(Figure.less("client CPU per GB", "s", taken.cpu().clientSeconds() / (bytes / 1e9)));
            figures.add(Figure.less("resident memory", "MB", trial.residentBytes() / 1e6));
            figures.add(Figure.less("peak resident", "MB", trial.peakResidentBytes() / 1e6));
            return figures;
        }
    }
}
