package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Latencies;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;

/** Latency of acknowledgements at a fixed rate. */
final class LatencyCase implements Case {
    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String description() {
        return "time until a record is acknowledged, at a fixed rate";
    }

    @Override
    public Workload defaults() {
        return Workload.empty()
                .with(Dimension.RATE, 10_000)
                .with(Dimension.SECONDS, 20)
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.COMPRESSION, "none")
                .with(Dimension.WARMUP, 10)
                .with(Dimension.LINGER, 0)
                .with(Dimension.BATCH_SIZE, 16384);
    }

    @Override
    public long diskBytes(Workload workload) {
        long seconds = workload.number(Dimension.SECONDS) + workload.number(Dimension.WARMUP);
        return seconds * workload.number(Dimension.RATE) * (workload.number(Dimension.RECORD_SIZE) + 100);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        Clients clients = trial.start();
        String topic = trial.topic(clients, workload.count(Dimension.PARTITIONS));
        int size = workload.count(Dimension.RECORD_SIZE);
        try (Sender sender = new Sender(clients.producer(workload), topic, size, trial.time())) {
            LatencyRun run = new LatencyRun(sender, 0, trial.progress(), trial.time());
            trial.progress().phase("warm-up");
            run.run(rate, workload.count(Dimension.WARMUP));
            trial.progress().phase("latency");
            Trial.Taken taken = trial.measure(() -> run.run(rate, workload.count(Dimension.SECONDS)));
            return figures(run.latencies(), taken, size);
        }
    }

    /** What every case says that sends at a fixed rate. */
    static List<Figure> figures(Latencies latencies, Trial.Taken taken, int recordSize) {
        double gigabytes = latencies.count() * (double) recordSize / 1e9;
        return List.of(
                Figure.less("p50", "ms", latencies.percentile(50)),
                Figure.less("p99", "ms", latencies.percentile(99)),
                Figure.less("p99.9", "ms", latencies.percentile(99.9)),
                Figure.less("longest", "ms", latencies.maximum()),
                Figure.less("server CPU per GB", "s", taken.cpu().processSeconds() / gigabytes));
    }
}
