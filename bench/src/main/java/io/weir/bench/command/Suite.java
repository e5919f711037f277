package io.weir.bench.command;

import io.weir.bench.run.Scenario;
import java.util.List;

/**
 * A set of scenarios.
 *
 * @param rounds unless told otherwise
 * @param targets unless told otherwise
 */
record Suite(List<Scenario> scenarios, int rounds, List<String> targets) {
    /** Of one node each. */
    static final List<String> NODES = List.of("weir", "kafka");

    /** Of several. */
    static final List<String> CLUSTERS = List.of("weir-hdfs", "kafka-3");

    Suite {
        scenarios = List.copyOf(scenarios);
        targets = List.copyOf(targets);
    }
}
