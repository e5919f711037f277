package io.weir.server.command;

import io.weir.server.settings.SettingsPage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "settings", description = "List every setting of a node with type, default and meaning.")
final class SettingsCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Option(names = "--markdown", description = "Print the page of the documentation.")
    private boolean markdown;

    private final CommandContext context;

    SettingsCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (json) {
            new Output(context.out()).json(SettingsPage.rows());
        } else {
            context.out().print(markdown ? SettingsPage.markdown() : SettingsPage.text());
        }
        return 0;
    }
}
