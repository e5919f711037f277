package io.weir.bench.command;

import io.weir.bench.machine.ProcFiles;
import io.weir.bench.report.ChartReport;
import io.weir.bench.report.Console;
import io.weir.bench.report.JsonReport;
import io.weir.bench.report.Table;
import io.weir.bench.run.Attempt;
import io.weir.bench.run.Outcome;
import io.weir.bench.run.Plan;
import io.weir.bench.run.Runner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One run from its options to its files. One thread. */
final class Session {
    private final BenchContext context;
    private final List<Outcome> outcomes = new ArrayList<>();

    Session(BenchContext context) {
        this.context = context;
    }

    /**
     * Runs the scenarios and writes what they gave, after each of them anew.
     *
     * @return the exit code
     */
    int run(Suite suite, RunOptions options) throws IOException, InterruptedException {
        Path target = context.installation().root().resolve("bench/target");
        Plan plan = new Plan(
                suite.scenarios(),
                options.targets.targets(context.installation(), suite.targets(), context.time()),
                options.rounds == null ? suite.rounds() : options.rounds,
                options.work == null ? target.resolve("work") : options.work.toAbsolutePath(),
                Optional.ofNullable(options.logs).map(Path::toAbsolutePath),
                options.noisePercent);
        Path out = options.out == null ? target.resolve("results").resolve(stamp()) : options.out.toAbsolutePath();
        Map<String, Object> environment = environment();
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d scenarios, %d rounds, targets %s. At most %d MB of disk below %s.%n",
                        plan.scenarios().size(),
                        plan.rounds(),
                        String.join(
                                ", ",
                                plan.targets().stream().map(one -> one.name()).toList()),
                        plan.diskBytes() / 1_000_000,
                        plan.work());
        Runner runner =
                new Runner(plan, new Console(context.out(), context.terminal(), context.time()), context.time());
        Thread hook = new Thread(() -> close(runner), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (runner) {
            runner.run(outcome -> {
                outcomes.add(outcome);
                write(out, environment);
            });
        } finally {
            forget(hook);
        }
        context.out().println("Table, chart and JSON: " + out);
        return outcomes.stream().flatMap(outcome -> outcome.attempts().stream()).allMatch(Attempt::succeeded) ? 0 : 1;
    }

    private void write(Path out, Map<String, Object> environment) {
        try {
            Files.createDirectories(out);
            Files.writeString(out.resolve("results.json"), new JsonReport().of(environment, outcomes));
            Files.writeString(out.resolve("chart.svg"), ChartReport.of(outcomes));
            StringBuilder tables = new StringBuilder();
            environment.forEach((key, value) ->
                    tables.append(key).append(": ").append(value).append('\n'));
            outcomes.forEach(outcome -> tables.append('\n').append(Table.of(outcome)));
            Files.writeString(out.resolve("table.txt"), tables);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the results to " + out, e);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running.
        }
    }

    private static void close(Runner runner) {
        try {
            runner.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> environment() {
        ProcFiles files = new ProcFiles(Path.of("/proc"));
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("started", now().toString());
        environment.put("arguments", System.getProperty("weir.bench.arguments", ""));
        environment.put("processor", files.processorName());
        environment.put("processors", Runtime.getRuntime().availableProcessors());
        environment.put("memoryMegabytes", Math.round(files.memoryBytes().orElse(0) / 1e6));
        environment.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("java", System.getProperty("java.vm.version"));
        environment.put("weir", System.getProperty("weir.bench.commit", ""));
        environment.put("loadAverageBefore", files.loadAverage().orElse(0));
        return environment;
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.time().milliseconds());
    }

    private String stamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(now());
    }
}
