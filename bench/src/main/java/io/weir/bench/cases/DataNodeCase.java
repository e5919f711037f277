package io.weir.bench.cases;

import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;

/** What producers notice when a DataNode of the store dies. */
final class DataNodeCase implements Case {
    private static final int SECONDS_AFTER = 15;

    @Override
    public String name() {
        return "datanode";
    }

    @Override
    public String description() {
        return "kill -9 of a DataNode under load: the longest time that a record of any partition waited";
    }

    @Override
    public Workload defaults() {
        return LoadedCluster.sizes(1).with(Dimension.PARTITIONS, 100);
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
            double quiet = loaded.load().longestMs();
            double quietHigh = loaded.load().latencies().percentile(99);
            trial.progress().phase("kill");
            loaded.load().mark();
            trial.cluster().killDataNode(0);
            loaded.awaitAllServed();
            trial.pause(SECONDS_AFTER);
            loaded.settle();
            return List.of(
                    Figure.less("longest pause", "ms", loaded.load().longestMs()),
                    Figure.less("errors", "", loaded.load().errors()),
                    Figure.less(
                            "p99 of these " + SECONDS_AFTER + " s",
                            "ms",
                            loaded.load().latencies().percentile(99)),
                    Figure.less("longest pause undisturbed", "ms", quiet),
                    Figure.less("p99 undisturbed", "ms", quietHigh));
        }
    }
}
