package io.weir.server.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir store}: what there is to do with a store without a node. */
@Command(
        name = "store",
        description = "Try the store that the settings name.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class StoreCommand {
    @Mixin
    final HelpOption help = new HelpOption();

    private StoreCommand() {}

    static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new StoreCommand()).addSubcommand(new StoreCheckCommand(context));
    }
}
