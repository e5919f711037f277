package io.weir.server.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir cluster}: the commands for several nodes. */
@Command(
        name = "cluster",
        description = "Show a cluster; start and stop one on this machine, for trying.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class ClusterCommand {
    @Mixin
    final HelpOption help = new HelpOption();

    private ClusterCommand() {}

    static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new ClusterStatusCommand(context))
                .addSubcommand(new ClusterStartLocalCommand(context))
                .addSubcommand(new ClusterStopLocalCommand(context));
    }
}
