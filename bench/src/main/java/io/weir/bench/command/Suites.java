package io.weir.bench.command;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Cases;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import io.weir.bench.run.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The sets that come with the benchmark. */
final class Suites {
    private final Cases cases = new Cases();
    private final List<Scenario> scenarios = new ArrayList<>();

    private Suites() {}

    /** Under five minutes. */
    static Suite quick() {
        Suites suite = new Suites();
        suite.add("produce", sizes -> sizes.with(Dimension.RECORDS, 400_000).with(Dimension.WARMUP, 4));
        suite.add("consume", sizes -> sizes.with(Dimension.RECORDS, 400_000));
        suite.add("latency", sizes -> sizes.with(Dimension.SECONDS, 8).with(Dimension.WARMUP, 4));
        return new Suite(suite.scenarios, 1);
    }

    /** Everything. */
    static Suite full() {
        Suites suite = new Suites();
        suite.cases.all().forEach(subject -> suite.add(subject.name(), sizes -> sizes));
        return new Suite(suite.scenarios, 3);
    }

    private void add(String name, UnaryOperator<Workload> sizes) {
        Case subject = cases.find(name).orElseThrow();
        scenarios.add(new Scenario(subject, sizes.apply(subject.defaults())));
    }
}
