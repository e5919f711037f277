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
    private final Cases cases = Cases.usual();
    private final List<Scenario> scenarios = new ArrayList<>();

    private Suites() {}

    /** Every case, small, in under five minutes: to see whether something is badly wrong, not to compare. */
    static Suite quick() {
        Suites suite = new Suites();
        suite.add("produce", sizes -> sizes.with(Dimension.RECORDS, 400_000).with(Dimension.WARMUP, 4));
        suite.add("consume", sizes -> sizes.with(Dimension.RECORDS, 300_000).with(Dimension.PASSES, 3));
        suite.add("latency", sizes -> brief(sizes, 5));
        suite.add("end-to-end", sizes -> brief(sizes, 5));
        suite.add("fresh", sizes -> sizes.with(Dimension.PARTITIONS, 100).with(Dimension.WARMUP, 2));
        suite.add("partitions", sizes -> brief(sizes, 4).with(Dimension.PARTITIONS, 100));
        suite.add("catch-up", sizes -> brief(sizes, 4).with(Dimension.BACKLOG, 300));
        suite.add("connections", sizes -> brief(sizes, 4).with(Dimension.CONNECTIONS, 100));
        suite.add("start", sizes -> sizes);
        suite.add("idle", sizes -> brief(sizes, 5));
        return new Suite(suite.scenarios, 1, Suite.NODES);
    }

    private static Workload brief(Workload sizes, int seconds) {
        return sizes.with(Dimension.SECONDS, seconds).with(Dimension.WARMUP, 3);
    }

    /** Every case in the sizes that matter. Takes hours. */
    static Suite full() {
        Suites suite = new Suites();
        suite.addProduce();
        for (int consumers : List.of(1, 10, 100)) {
            // As many bytes to consumers in all.
            int records = 1_000_000 / consumers;
            suite.add(
                    "consume",
                    sizes -> sizes.with(Dimension.CONSUMERS, consumers)
                            .with(Dimension.RECORDS, records)
                            .with(Dimension.PASSES, 10));
        }
        suite.add("consume", sizes -> sizes.with(Dimension.RECORD_SIZE, 100).with(Dimension.RECORDS, 4_000_000));
        suite.add("consume", sizes -> sizes.with(Dimension.COMPRESSION, "lz4"));
        suite.add("latency", sizes -> sizes.with(Dimension.SECONDS, 30));
        suite.add("latency", sizes -> sizes.with(Dimension.PARTITIONS, 1).with(Dimension.RATE, 1000));
        suite.add("end-to-end", sizes -> sizes.with(Dimension.SECONDS, 30));
        suite.add("end-to-end", sizes -> sizes.with(Dimension.RATE, 10_000));
        suite.add("fresh", sizes -> sizes);
        for (int partitions : List.of(100, 1000, 10_000)) {
            suite.add("partitions", sizes -> sizes.with(Dimension.PARTITIONS, partitions));
        }
        suite.add("catch-up", sizes -> sizes);
        suite.add("connections", sizes -> sizes);
        suite.add("start", sizes -> sizes);
        suite.add("idle", sizes -> sizes);
        suite.add("idle", sizes -> sizes.with(Dimension.PARTITIONS, 1000));
        return new Suite(suite.scenarios, 3, Suite.NODES);
    }

    private void addProduce() {
        for (int partitions : List.of(1, 6, 100, 1000)) {
            for (String compression : List.of("none", "lz4")) {
                add(
                        "produce",
                        sizes -> sizes.with(Dimension.PARTITIONS, partitions).with(Dimension.COMPRESSION, compression));
            }
        }
        add("produce", sizes -> sizes.with(Dimension.PARTITIONS, 10_000));
        for (String compression : List.of("none", "lz4")) {
            add(
                    "produce",
                    sizes -> sizes.with(Dimension.RECORD_SIZE, 100)
                            .with(Dimension.RECORDS, 4_000_000)
                            .with(Dimension.COMPRESSION, compression));
        }
    }

    private void add(String name, UnaryOperator<Workload> sizes) {
        Case subject = cases.find(name).orElseThrow();
        scenarios.add(new Scenario(subject, sizes.apply(subject.defaults())));
    }
}
