package io.weir.bench.run;

import io.weir.bench.cases.Case;
import io.weir.bench.load.Workload;

/** A case with its sizes. */
public record Scenario(Case subject, Workload workload) {
    /** {@code produce partitions=6 record-size=1024}: what tells it from the same case with other sizes. */
    public String title() {
        return subject.name() + " " + workload;
    }
}
