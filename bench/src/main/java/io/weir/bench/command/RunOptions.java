package io.weir.bench.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that measures has. */
final class RunOptions {
    @Mixin
    final TargetOptions targets = new TargetOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each target gets each case (default: 3, with quick 1).")
    @Nullable
    Integer rounds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where table, chart and JSON go (default: bench/target/results/TIME).")
    @Nullable
    Path out;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Where the servers' data are put meanwhile: on the disk that is to be measured"
                    + " (default: bench/target/work).")
    @Nullable
    Path work;

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description = "Where the servers' logs are put; else they go with their data.")
    @Nullable
    Path logs;

    @Option(
            names = "--noise",
            paramLabel = "PERCENT",
            defaultValue = "10",
            description = "A round does not count when others take more of the machine than this"
                    + " (default: ${DEFAULT-VALUE}).")
    double noisePercent;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;
}
