package io.weir.bench.command;

import io.weir.bench.run.Scenario;
import java.util.List;

/**
 * A set of scenarios.
 *
 * @param rounds unless told otherwise
 */
record Suite(List<Scenario> scenarios, int rounds) {
    Suite {
        scenarios = List.copyOf(scenarios);
    }
}
