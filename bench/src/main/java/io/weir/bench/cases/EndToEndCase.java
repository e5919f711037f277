package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Follower;
import io.weir.bench.load.Latencies;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;

/** Latency from a producer to a consumer. */
final class EndToEndCase implements Case {
    @Override
    public String name() {
        return "end-to-end";
    }

    @Override
    public String description() {
        return "time from the moment at which a record should be sent until a consumer has it";
    }

    @Override
    public Workload defaults() {
        return LatencyCase.fixedRate().with(Dimension.RATE, 1000).with(Dimension.PARTITIONS, 6);
    }

    @Override
    public long diskBytes(Workload workload) {
        return LatencyCase.fixedRateBytes(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        Clients clients = trial.start();
        String topic = trial.topic(clients, workload.count(Dimension.PARTITIONS));
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        try (Sender sender = new Sender(clients.producer(workload), topic, payloads);
                Follower follower = new Follower(clients, topic, trial.time())) {
            LatencyRun run = new LatencyRun(List.of(sender), 0, trial.progress(), trial.time());
            trial.progress().phase("warm-up");
            run.run(rate, workload.count(Dimension.WARMUP));
            follower.await(sender.acknowledged());
            follower.latencies().reset();
            trial.progress().phase("end-to-end");
            Trial.Taken taken = trial.measure(() -> {
                run.run(rate, workload.count(Dimension.SECONDS));
                follower.await(sender.acknowledged());
            });
            Latencies latencies = follower.latencies();
            return List.of(
                    Figure.less("average", "ms", latencies.mean()),
                    Figure.less("p50", "ms", latencies.percentile(50)),
                    Figure.less("p99", "ms", latencies.percentile(99)),
                    Figure.less("p99.9", "ms", latencies.percentile(99.9)),
                    Figure.less("acknowledged p99", "ms", run.latencies().percentile(99)),
                    Figure.less("server CPU", "% of one", taken.cpu().processSeconds() / taken.seconds() * 100));
        }
    }
}
