package io.weir.bench.cases;

import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;

/** The sizes of a cluster as part of a case's sizes. Pure. */
final class Topologies {
    private static final int MOST_REPLICAS = 3;

    private Topologies() {}

    /** With so many brokers, one proxy and one controller, on an HDFS with three replicas. */
    static Workload in(Workload workload, int brokers) {
        return workload.with(Dimension.BROKERS, brokers)
                .with(Dimension.PROXIES, 1)
                .with(Dimension.CONTROLLERS, 1)
                .with(Dimension.DATA_NODES, MOST_REPLICAS);
    }

    /** How often HDFS has each byte; 1 without a cluster. */
    static long replicas(Workload workload) {
        return workload.dimensions().contains(Dimension.DATA_NODES)
                ? Math.min(MOST_REPLICAS, workload.number(Dimension.DATA_NODES))
                : 1;
    }
}
