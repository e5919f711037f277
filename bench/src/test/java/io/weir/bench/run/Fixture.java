package io.weir.bench.run;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Figure;
import io.weir.bench.cases.Progress;
import io.weir.bench.cases.Trial;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import io.weir.bench.target.Server;
import io.weir.bench.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Targets that are no servers, a case that asks them nothing, and attempts as they might have gone. */
public final class Fixture {
    /** What happened, in order. */
    public final List<String> events = new ArrayList<>();

    /** One that went well. */
    public static Attempt attempt(String target, int round, double throughput, double latency) {
        return new Attempt(target, round, false, figures(throughput, latency), 1, false, "");
    }

    /** One that others disturbed. */
    public static Attempt disturbed(String target, int round, double throughput, double latency) {
        return new Attempt(target, round, false, figures(throughput, latency), 40, true, "");
    }

    /** One that failed. */
    public static Attempt failed(String target, int round) {
        return new Attempt(target, round, false, List.of(), Double.NaN, false, "no room");
    }

    private static List<Figure> figures(double throughput, double latency) {
        return List.of(Figure.more("throughput", "MB/s", throughput), Figure.less("p99", "ms", latency));
    }

    /** Of {@code weir} and {@code kafka}. */
    public static Outcome outcome(Attempt... attempts) {
        return new Outcome(new Scenario(new NamedCase(), sizes()), List.of("weir", "kafka"), List.of(attempts));
    }

    private static Workload sizes() {
        return Workload.empty().with(Dimension.PARTITIONS, 6);
    }

    Scenario scenario(Work work) {
        return new Scenario(new ScriptedCase(work), sizes());
    }

    Target target(String name) {
        return new NamedTarget(name);
    }

    Watcher watcher() {
        return new Listening();
    }

    /** What a scripted case does. */
    interface Work {
        List<Figure> run(Trial trial) throws IOException, InterruptedException;
    }

    private record NamedTarget(String name) implements Target {
        @Override
        public boolean startable() {
            return true;
        }

        @Override
        public void format(Path directory) throws IOException {
            Files.createDirectories(directory.resolve("data"));
            Files.writeString(directory.resolve("server.log"), "starting\nno more room here\n");
        }

        @Override
        public Server launch(Path directory) {
            return new Server() {
                @Override
                public String bootstrap() {
                    return name + ":1";
                }

                @Override
                public List<Long> pids() {
                    return List.of();
                }

                @Override
                public void close() {
                    // Nothing runs.
                }
            };
        }
    }

    private static class NamedCase implements Case {
        @Override
        public String name() {
            return "produce";
        }

        @Override
        public String description() {
            return "how fast";
        }

        @Override
        public Workload defaults() {
            return sizes();
        }

        @Override
        public long diskBytes(Workload workload) {
            return 1000;
        }

        @Override
        public List<Figure> run(Trial trial) throws IOException, InterruptedException {
            throw new IllegalStateException("not to be run");
        }
    }

    private static final class ScriptedCase extends NamedCase {
        private final Work work;

        ScriptedCase(Work work) {
            this.work = work;
        }

        @Override
        public List<Figure> run(Trial trial) throws IOException, InterruptedException {
            return work.run(trial);
        }
    }

    private final class Listening implements Watcher {
        @Override
        public Progress trial(int scenario, int scenarios, Scenario subject, int round, int rounds, String target) {
            events.add(target + " " + round);
            return new Progress() {
                @Override
                public void phase(String name) {
                    // Not of interest here.
                }

                @Override
                public void interim(Supplier<String> text) {
                    // Not of interest here.
                }
            };
        }

        @Override
        public void ended(Attempt attempt) {
            events.add(attempt.succeeded() ? "done" : "failed: " + attempt.failure());
        }

        @Override
        public void ended(Outcome outcome) {
            events.add("outcome");
        }

        @Override
        public void remark(String text) {
            events.add(text);
        }
    }
}
