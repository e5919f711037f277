package io.weir.server.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir group}: the commands for consumer groups. */
@Command(
        name = "group",
        description = "Show consumer groups, move their offsets, delete them.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class GroupCommand {
    @Mixin
    final HelpOption help = new HelpOption();

    private GroupCommand() {}

    static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new GroupCommand())
                .addSubcommand(new GroupListCommand(context))
                .addSubcommand(new GroupDescribeCommand(context))
                .addSubcommand(new GroupResetOffsetsCommand(context))
                .addSubcommand(new GroupDeleteCommand(context));
    }
}
