package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;

/** What a server costs that has nothing to do. */
final class IdleCase implements Case {
    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String description() {
        return "processor time and memory of a server with a topic and nobody connected";
    }

    @Override
    public Workload defaults() {
        return Workload.empty()
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.WARMUP, 10)
                .with(Dimension.SECONDS, 30);
    }

    @Override
    public long diskBytes(Workload workload) {
        return workload.number(Dimension.PARTITIONS) * 50_000;
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        Clients clients = trial.start();
        int partitions = workload.count(Dimension.PARTITIONS);
        String topic = trial.topic(clients, partitions);
        trial.progress().phase("first records");
        try (ProduceRun run = new ProduceRun(clients, topic, workload, 1, trial.progress(), trial.time())) {
            run.touch(partitions);
        }
        trial.progress().phase("settle");
        trial.pause(workload.count(Dimension.WARMUP));
        trial.progress().phase("idle");
        Trial.Taken taken = trial.measure(() -> trial.pause(workload.count(Dimension.SECONDS)));
        return List.of(
                Figure.less("server CPU", "% of one", taken.cpu().processSeconds() / taken.seconds() * 100),
                Figure.less("resident memory", "MB", trial.residentBytes() / 1e6));
    }
}
