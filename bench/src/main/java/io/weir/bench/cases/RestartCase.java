package io.weir.bench.cases;

import io.weir.bench.load.Workload;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What producers notice of a planned restart. */
final class RestartCase implements Case {
    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String description() {
        return "SIGTERM and a new start of a broker under load: the longest time that a record of any partition waited, and"
                + " what a producer with default settings was told of as failed, until leaders are even again";
    }

    @Override
    public Workload defaults() {
        return LoadedCluster.sizes(2);
    }

    @Override
    public boolean handlesCluster() {
        return true;
    }

    @Override
    public long diskBytes(Workload workload) {
        return LoadedCluster.diskBytes(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        try (LoadedCluster loaded = LoadedCluster.start(trial, (clients, topic, owners) -> {})) {
            WeirNode node = loaded.fullest();
            double quiet = loaded.load().longestMs();
            trial.progress().phase("SIGTERM");
            long begun = loaded.load().mark();
            node.terminate();
            long gone = trial.time().nanoseconds();
            loaded.awaitAllServed();
            double leaving = loaded.load().longestMs();
            trial.progress().phase("start");
            node.start();
            node.awaitReady();
            long ready = trial.time().nanoseconds();
            trial.progress().phase("leaders");
            long even = loaded.awaitEven();
            trial.pause(2);
            loaded.settle();
            trial.progress().phase(loaded.load().whereLongest());
            return List.of(
                    Figure.less("longest pause", "ms", loaded.load().longestMs()),
                    Figure.less("errors", "", loaded.load().errors()),
                    Figure.less("longest pause until it was gone", "ms", leaving),
                    Figure.less(
                            "partitions that paused for 200 ms",
                            "",
                            loaded.load().longerThan(Duration.ofMillis(200))),
                    Figure.less("longest pause undisturbed", "ms", quiet),
                    Figure.less("until it was gone", "s", LoadedCluster.seconds(begun, gone)),
                    Figure.less("start until ready", "s", LoadedCluster.seconds(gone, ready)),
                    Figure.less("ready until leaders were even", "s", LoadedCluster.seconds(ready, even)));
        }
    }
}
