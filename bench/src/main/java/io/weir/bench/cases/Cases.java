package io.weir.bench.cases;

import java.util.List;
import java.util.Optional;

/** A set of cases. */
public final class Cases {
    private final List<Case> all;

    private Cases(List<Case> all) {
        this.all = List.copyOf(all);
    }

    /** Those that ask a system as it starts with its defaults. */
    public static Cases usual() {
        return new Cases(List.of(
                ProduceCase.alone(),
                new ConsumeCase(),
                LatencyCase.fewPartitions(),
                new EndToEndCase(),
                new FreshPartitionsCase(),
                LatencyCase.manyPartitions(),
                CatchUpCase.alone(),
                new ConnectionsCase(),
                new StartCase(),
                new IdleCase()));
    }

    /** Those that ask a cluster on HDFS; most of them do something to its nodes. */
    public static Cases cluster() {
        return new Cases(List.of(
                ProduceCase.cluster(),
                new TakeoverCase(),
                new RestartCase(),
                new DataNodeCase(),
                new ScaleCase(),
                new ReplaceCase(),
                new FanOutCase(),
                CatchUpCase.cluster(),
                LatencyCase.clusterPartitions()));
    }

    /** In the order in which they are run. */
    public List<Case> all() {
        return all;
    }

    /** The one of that name. */
    public Optional<Case> find(String name) {
        return all.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
