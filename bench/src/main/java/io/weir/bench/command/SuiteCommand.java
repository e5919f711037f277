package io.weir.bench.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a set of cases whose sizes are given. */
@Command
final class SuiteCommand implements Callable<Integer> {
    private final BenchContext context;
    private final Suite suite;

    @Mixin
    final RunOptions options = new RunOptions();

    SuiteCommand(BenchContext context, Suite suite) {
        this.context = context;
        this.suite = suite;
    }

    @Override
    public Integer call() throws Exception {
        return new Session(context).run(suite, options);
    }
}
