package io.weir.bench.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The root of the command line. */
@Command(
        name = "bench",
        description = "Measures Weir beside Apache Kafka on this machine: the same client, in turn, A B A B.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "`bench COMMAND --help` explains a command. Exit codes: 0 done, 1 a trial failed, 2 wrongly called."
        })
public final class BenchCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    private BenchCommand() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(BenchContext context, String... arguments) {
        CommandLine line = new CommandLine(new BenchCommand());
        line.addSubcommand("run", RunCommand.commandLine(context));
        line.addSubcommand("cluster", RunCommand.clusterCommandLine(context));
        line.addSubcommand("quick", new CommandLine(new SuiteCommand(context, Suites.quick())));
        line.addSubcommand("full", new CommandLine(new SuiteCommand(context, Suites.full())));
        line.addSubcommand("jmh", new CommandLine(new JmhCommand()));
        line.addSubcommand("list", new CommandLine(new ListCommand(context)));
        line.setOut(context.out());
        line.setErr(context.err());
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(context, failure));
        if (arguments.length == 0) {
            line.usage(context.err());
            return CommandLine.ExitCode.USAGE;
        }
        int exitCode = line.execute(arguments);
        context.out().flush();
        context.err().flush();
        return exitCode;
    }

    private static int failed(BenchContext context, Exception failure) {
        context.err().println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
        return failure instanceof IllegalArgumentException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }
}
