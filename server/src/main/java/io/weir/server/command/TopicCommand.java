package io.weir.server.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir topic}: the commands that make, show, change and delete topics. */
@Command(
        name = "topic",
        description = "Make, show, change and delete topics.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class TopicCommand {
    @Mixin
    final HelpOption help = new HelpOption();

    private TopicCommand() {}

    static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new TopicCommand())
                .addSubcommand(new TopicCreateCommand(context))
                .addSubcommand(new TopicListCommand(context))
                .addSubcommand(new TopicDescribeCommand(context))
                .addSubcommand(new TopicAlterCommand(context))
                .addSubcommand(new TopicDeleteCommand(context));
    }
}
