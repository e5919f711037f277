package io.weir.bench.cases;

import java.util.List;
import java.util.Optional;

/** All cases. */
public final class Cases {
    private final List<Case> all = List.of(
            new ProduceCase(),
            new ConsumeCase(),
            LatencyCase.fewPartitions(),
            new EndToEndCase(),
            new FreshPartitionsCase(),
            LatencyCase.manyPartitions(),
            new CatchUpCase(),
            new ConnectionsCase(),
            new StartCase(),
            new IdleCase());

    /** In the order in which they are run. */
    public List<Case> all() {
        return all;
    }

    /** The one of that name. */
    public Optional<Case> find(String name) {
        return all.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
