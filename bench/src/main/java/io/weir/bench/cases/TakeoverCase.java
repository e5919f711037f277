package io.weir.bench.cases;

import io.weir.bench.load.Owners;
import io.weir.bench.load.Workload;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.util.List;

/** How long partitions cannot be written to when the node that owns them dies. */
final class TakeoverCase implements Case {
    @Override
    public String name() {
        return "takeover";
    }

    @Override
    public String description() {
        return "kill -9 of a broker that owns so many partitions, under load: until each of them has taken a record that was"
                + " due after the kill, the session time-out included";
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
            WeirNode victim = loaded.fullest();
            List<Integer> owned = Owners.of(victim.id(), loaded.owners().now());
            trial.progress().phase("kill");
            loaded.load().mark();
            victim.kill();
            loaded.awaitAllServed();
            trial.pause(2);
            loaded.settle();
            List<Double> after = loaded.load().servedAfter(owned);
            return List.of(
                    Figure.more("partitions taken over", "", owned.size()),
                    Figure.less("first of them writable", "s", after.getFirst()),
                    Figure.less("half of them writable", "s", after.get(after.size() / 2)),
                    Figure.less("all writable again", "s", after.getLast()),
                    Figure.less("longest pause", "s", loaded.load().longestMs() / 1e3),
                    Figure.less("errors", "", loaded.load().errors()));
        }
    }
}
