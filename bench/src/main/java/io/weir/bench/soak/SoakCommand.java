package io.weir.bench.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "soak",
        sortOptions = false,
        description = "Run a node under load for a long time, restart and kill it now and then, and judge: losses,"
                + " duplicates, leaks, drift. Exit code 0 when all is well, else 1.")
final class SoakCommand implements Callable<Integer> {
    @Option(names = "--minutes", paramLabel = "N", defaultValue = "30", description = "How long (default: 30).")
    private double minutes;

    @Option(names = "--seed", paramLabel = "N", description = "Chooses the same moments again (default: by the clock).")
    private @Nullable Long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1200",
            description = "Records of 600 bytes a second, over all producers (default: 1200).")
    private int rate;

    @Option(names = "--heap", paramLabel = "MIB", defaultValue = "192", description = "The node's heap (default: 192).")
    private int heap;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting for the node. Repeatable.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where data, log and report go; the data are removed in the end unless something is wrong"
                    + " (default: bench/target/soak/TIME).")
    private @Nullable Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // read by the library
    private boolean help;

    private final PrintWriter console;
    private final Time time;

    SoakCommand(PrintWriter console, Time time) {
        this.console = console;
        this.time = time;
    }

    @Override
    public Integer call() throws Exception {
        Path root = Path.of(System.getProperty("weir.bench.root", "")).toAbsolutePath();
        Path directory = out == null ? root.resolve("bench/target/soak").resolve(stamp()) : out.toAbsolutePath();
        Files.createDirectories(directory);
        SoakPlan plan = new SoakPlan(
                Duration.ofMillis((long) (minutes * 60_000)),
                seed == null ? time.milliseconds() : seed,
                root.resolve("bin/weir"),
                System.getProperty("weir.bench.build", ""),
                directory,
                heap,
                rate,
                settings);
        console.printf(
                Locale.ROOT,
                "soak for %s, seed %d, at most about %d MB of disk below %s%n",
                plan.duration(),
                plan.seed(),
                plan.diskBytes() / 1_000_000,
                directory);
        console.flush();
        SoakNode node = new SoakNode(plan, time);
        Thread hook = new Thread(() -> end(node), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        Map<String, Object> report;
        try (node) {
            report = new Soak(plan, node, console, time).run();
        }
        Files.writeString(
                directory.resolve("report.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
        return conclude(report, directory);
    }

    private int conclude(Map<String, Object> report, Path directory) throws IOException {
        boolean sound = Boolean.TRUE.equals(report.get("sound"));
        report.forEach((name, value) -> {
            if (value instanceof List<?> several) {
                if (!name.equals("samples")) {
                    several.forEach(each -> console.println("  " + name + ": " + each));
                }
            } else {
                console.println("  " + name + ": " + value);
            }
        });
        console.println((sound ? "SOUND" : "NOT SOUND") + "; report: " + directory.resolve("report.json"));
        console.flush();
        if (sound) {
            remove(directory.resolve("data"));
        }
        return sound ? 0 : 1;
    }

    private static void remove(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void end(SoakNode node) {
        try {
            node.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String stamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.ofEpochMilli(time.milliseconds()));
    }
}
