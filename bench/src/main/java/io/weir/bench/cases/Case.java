package io.weir.bench.cases;

import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;

/** One question that is put to each target in turn. Stateless. */
public interface Case {
    /** For {@code --case}. */
    String name();

    /** What it measures, in a sentence. */
    String description();

    /** Every dimension that it heeds, with its default. */
    Workload defaults();

    /** Whether it must start the server itself: then it cannot be put to one that runs already. */
    default boolean startsServers() {
        return false;
    }

    /** Whether it does something to the nodes of a cluster of Weir: then it can be put to nothing else. */
    default boolean handlesCluster() {
        return false;
    }

    /** The most that one server has on the disk, in bytes, without what the server itself adds. */
    long diskBytes(Workload workload);

    /**
     * Asks one target once.
     *
     * @return at least one figure, always the same ones in the same order
     * @throws IOException when the target fails or refuses
     */
    List<Figure> run(Trial trial) throws IOException, InterruptedException;
}
