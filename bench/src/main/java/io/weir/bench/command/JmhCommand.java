package io.weir.bench.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the hot loops. */
@Command(
        name = "jmh",
        description = {
            "Runs JMH benchmarks of hot loops: validation of batches, index look-up, frame decoding, commit.",
            "Options of JMH go behind --: `bench jmh Frame -- -prof gc`, `bench jmh -- -l`."
        })
final class JmhCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Parameters(paramLabel = "REGEX", description = "Which benchmarks (default: all); then options of JMH.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
