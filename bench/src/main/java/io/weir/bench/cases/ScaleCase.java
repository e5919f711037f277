package io.weir.bench.cases;

import io.weir.bench.load.Workload;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How long it takes until a broker more, and then a broker less, has its effect. */
final class ScaleCase implements Case {
    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String description() {
        return "one more broker, and then one less (SIGTERM), under load: until the leaders are even, and what was copied";
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
            List<Figure> figures = new ArrayList<>();
            MovedBytes moved = new MovedBytes(trial.cluster());
            trial.progress().phase("one more");
            WeirNode more = trial.cluster().addBroker();
            long begun = loaded.load().mark();
            more.start();
            more.awaitReady();
            long ready = trial.time().nanoseconds();
            long even = loaded.awaitEven();
            trial.pause(2);
            figures.add(Figure.less("one more: until leaders were even", "s", LoadedCluster.seconds(begun, even)));
            figures.add(Figure.less("one more: start until ready", "s", LoadedCluster.seconds(begun, ready)));
            figures.add(
                    Figure.less("one more: longest pause", "ms", loaded.load().longestMs()));
            figures.addAll(moved.figures("one more"));
            trial.progress().phase("one less");
            begun = loaded.load().mark();
            more.terminate();
            long gone = trial.time().nanoseconds();
            even = loaded.awaitEven();
            loaded.awaitAllServed();
            trial.pause(2);
            figures.add(Figure.less("one less: until leaders were even", "s", LoadedCluster.seconds(begun, even)));
            figures.add(Figure.less("one less: until it was gone", "s", LoadedCluster.seconds(begun, gone)));
            figures.addAll(moved.figures("one less"));
            loaded.settle();
            figures.add(
                    Figure.less("one less: longest pause", "ms", loaded.load().longestMs()));
            figures.add(Figure.less("errors", "", loaded.load().errors()));
            return figures;
        }
    }
}
