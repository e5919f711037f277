package io.weir.bench.run;

import io.weir.bench.target.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is to be run.
 *
 * @param targets at least one; the ratio is the first one's to each other's
 * @param rounds of each scenario
 * @param work directory under which the servers' data are put, on the disk that is measured
 * @param logs directory that gets what the servers have printed; absent: that goes with their data
 * @param noisePercent of the machine that others may take before a trial does not count
 */
public record Plan(
        List<Scenario> scenarios,
        List<Target> targets,
        int rounds,
        Path work,
        Optional<Path> logs,
        double noisePercent) {
    public Plan {
        scenarios = List.copyOf(scenarios);
        targets = List.copyOf(targets);
        if (scenarios.isEmpty() || targets.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException("nothing to run");
        }
        if (targets.stream().map(Target::name).distinct().count() < targets.size()) {
            throw new IllegalArgumentException("two targets have the same name");
        }
    }

    /** Disk space in bytes that must be free: one trial's data at a time; a server may hold them twice for a while. */
    public long diskBytes() {
        long most = scenarios.stream()
                .mapToLong(scenario -> scenario.subject().diskBytes(scenario.workload()))
                .max()
                .orElse(0);
        return most * 2 + 1_000_000_000L;
    }
}
