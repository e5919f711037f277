package io.weir.bench.run;

import io.weir.bench.cases.Progress;
import io.weir.bench.cases.Trial;
import io.weir.bench.target.Target;
import io.weir.bench.target.WeirClusterTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Puts each scenario to each target in turn, A, B, A, B, each time with a new server and an empty directory, so that what
 * one has left behind meets nobody. One thread; {@link #close} any.
 */
public final class Runner implements AutoCloseable {
    private static final int LOG_DEPTH = 3;

    private final Plan plan;
    private final Watcher watcher;
    private final Time time;
    private @Nullable Trial running;
    private @Nullable Path used;
    private boolean closed;

    public Runner(Plan plan, Watcher watcher, Time time) {
        this.plan = plan;
        this.watcher = watcher;
        this.time = time;
    }

    /**
     * Runs everything.
     *
     * @param each gets the outcome of a scenario as soon as it is there
     * @throws IOException when there is not enough room on the disk
     */
    public void run(Consumer<Outcome> each) throws IOException, InterruptedException {
        requireRoom();
        int number = 0;
        for (Scenario scenario : plan.scenarios()) {
            number++;
            List<Attempt> attempts = new ArrayList<>();
            List<Target> asked = plan.targets().stream()
                    .filter(target -> suits(scenario, target))
                    .toList();
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Target target : asked) {
                    attempts.addAll(attempts(scenario, number, round, target));
                }
            }
            Outcome outcome = new Outcome(
                    scenario,
                    (asked.isEmpty() ? plan.targets() : asked)
                            .stream().map(Target::name).toList(),
                    attempts);
            watcher.ended(outcome);
            each.accept(outcome);
        }
    }

    /** Whether a target can be asked this; says so if not. */
    private boolean suits(Scenario scenario, Target target) {
        String without = "";
        if (scenario.subject().startsServers() && !target.startable()) {
            without = " runs already: ";
        } else if (scenario.subject().handlesCluster() && !(target instanceof WeirClusterTarget)) {
            without = " is no cluster of Weir: ";
        }
        if (!without.isEmpty()) {
            watcher.remark(target.name() + without + scenario.subject().name() + " is left out for it");
        }
        return without.isEmpty();
    }

    /** Once, or twice when others disturbed the first. */
    private List<Attempt> attempts(Scenario scenario, int number, int round, Target target)
            throws InterruptedException, IOException {
        Attempt first = attempt(scenario, number, round, target, false);
        watcher.ended(first);
        if (!first.disturbed() || !first.succeeded()) {
            return List.of(first);
        }
        watcher.remark(String.format(
                Locale.ROOT,
                "others took %s %% of the machine: the round is run again, once",
                Trial.number(first.otherPercent())));
        Attempt second = attempt(scenario, number, round, target, true);
        watcher.ended(second);
        return List.of(first, second);
    }

    private Attempt attempt(Scenario scenario, int number, int round, Target target, boolean repeated)
            throws InterruptedException, IOException {
        Progress progress =
                watcher.trial(number, plan.scenarios().size(), scenario, round, plan.rounds(), target.name());
        Path directory = Files.createTempDirectory(plan.work(), target.name() + "-");
        Trial trial = new Trial(target, directory, scenario.workload(), progress, time);
        try {
            begin(trial, directory);
            var figures = scenario.subject().run(trial);
            double other = trial.otherPercent();
            return new Attempt(target.name(), round, repeated, figures, other, other > plan.noisePercent(), "");
        } catch (IOException | KafkaException e) {
            String said = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Attempt(
                    target.name(), round, repeated, List.of(), Double.NaN, false, said + lastWords(directory));
        } finally {
            end(trial, directory);
        }
    }

    private static List<Path> logs(Path directory) throws IOException {
        try (var files = Files.find(directory, LOG_DEPTH, (file, attributes) -> file.endsWith("server.log"))) {
            return files.sorted().toList();
        }
    }

    /** The directory's name, which is the server's. */
    private static Path server(Path log) {
        return log.getName(log.getNameCount() - 2);
    }

    /** {@code weir-hdfs-123/node-1/broker-2/server.log} becomes {@code weir-hdfs-123-broker-2.log}. */
    private void keepLogs(Path directory) throws IOException {
        if (plan.logs().isPresent()) {
            Files.createDirectories(plan.logs().get());
            for (Path log : logs(directory)) {
                String name = directory.getFileName() + "-" + server(log) + ".log";
                Files.copy(log, plan.logs().get().resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What the servers printed last. */
    private static String lastWords(Path directory) throws IOException {
        StringBuilder words = new StringBuilder();
        for (Path log : logs(directory)) {
            List<String> lines = Files.readAllLines(log);
            words.append("\n  last words of ").append(server(log)).append(':');
            lines.subList(Math.max(0, lines.size() - 10), lines.size())
                    .forEach(line -> words.append("\n    ").append(line));
        }
        return words.toString();
    }

    private synchronized void begin(Trial trial, Path directory) throws IOException {
        running = trial;
        used = directory;
        if (closed) {
            throw new IOException("interrupted");
        }
    }

    private synchronized void end(Trial trial, Path directory) throws IOException {
        trial.close();
        keepLogs(directory);
        Directories.remove(directory);
        running = null;
        used = null;
    }

    /** Ends the server that runs and removes its data: for when the process is told to end. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (running != null) {
            running.close();
        }
        if (used != null) {
            Directories.remove(used);
        }
    }

    private void requireRoom() throws IOException {
        Files.createDirectories(plan.work());
        long free = Files.getFileStore(plan.work()).getUsableSpace();
        if (plan.targets().stream().anyMatch(Target::startable) && free < plan.diskBytes()) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s has %d MB free, and the run needs %d MB: --work names another directory, and smaller sizes need less",
                    plan.work(),
                    free / 1_000_000,
                    plan.diskBytes() / 1_000_000));
        }
    }
}
