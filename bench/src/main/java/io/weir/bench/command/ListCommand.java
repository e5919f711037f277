package io.weir.bench.command;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Cases;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which cases there are. */
@Command(name = "list", description = "Lists the cases, and the sizes that each heeds with their defaults.")
final class ListCommand implements Runnable {
    private final BenchContext context;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    ListCommand(BenchContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        list(Cases.usual());
        context.out().println();
        context.out().println("Of `bench cluster`:");
        list(Cases.cluster());
    }

    private void list(Cases cases) {
        for (Case one : cases.all()) {
            context.out().println(one.name() + ": " + one.description());
            context.out().println("    " + one.defaults());
        }
    }
}
