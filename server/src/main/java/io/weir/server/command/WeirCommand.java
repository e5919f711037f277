package io.weir.server.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** The root of the command line. */
@Command(
        name = "weir",
        description = "Weir, a message queue that speaks Kafka's protocol.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "`weir COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 wrongly called;",
            "3 for a node that ended by itself and should be started again.",
            "WEIR_JAVA_HOME names the JDK, WEIR_JVM_OPTS adds options for it."
        })
public final class WeirCommand {
    @Mixin
    final HelpOption help = new HelpOption();

    private WeirCommand() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(CommandContext context, String... arguments) {
        CommandLine line = commandLine(context, arguments);
        line.setOut(context.out());
        line.setErr(context.err());
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((failure, words) -> misused(context, failure));
        line.setExecutionExceptionHandler((failure, command, parsed) ->
                Failures.report(context, failure, command.getCommandSpec().qualifiedName()));
        if (arguments.length == 0) {
            line.usage(context.err());
            return CommandLine.ExitCode.USAGE;
        }
        int exitCode = line.execute(arguments);
        context.out().flush();
        context.err().flush();
        return exitCode;
    }

    /** Builds only the command that is asked for: each costs the start-up some milliseconds. */
    private static CommandLine commandLine(CommandContext context, String[] arguments) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("start", () -> new CommandLine(new StartCommand(context)));
        commands.put("topic", () -> TopicCommand.commandLine(context));
        commands.put("produce", () -> new CommandLine(new ProduceCommand(context)));
        commands.put("consume", () -> new CommandLine(new ConsumeCommand(context)));
        commands.put("group", () -> GroupCommand.commandLine(context));
        commands.put("status", () -> new CommandLine(new StatusCommand(context)));
        commands.put("cluster", () -> ClusterCommand.commandLine(context));
        commands.put("store", () -> StoreCommand.commandLine(context));
        commands.put("settings", () -> new CommandLine(new SettingsCommand(context)));
        commands.put("version", () -> new CommandLine(new VersionCommand(context)));
        CommandLine line = new CommandLine(new WeirCommand());
        String first = arguments.length == 0 ? "" : arguments[0];
        commands.forEach((name, command) -> {
            if (!commands.containsKey(first) || first.equals(name)) {
                line.addSubcommand(name, command.get());
            }
        });
        return line;
    }

    private static int misused(CommandContext context, ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        context.err().println(failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, context.err());
        context.err().println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
        return CommandLine.ExitCode.USAGE;
    }
}
