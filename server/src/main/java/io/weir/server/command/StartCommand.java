package io.weir.server.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        description = "Start a node and run until SIGINT or SIGTERM.",
        footer = {"", "`weir settings` lists every setting."})
final class StartCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--stop-when-ready",
            description = "Stop again as soon as the node is ready: tries settings, addresses and data.")
    private boolean stopWhenReady;

    private final CommandContext context;

    StartCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return StartNode.run(context, new StartWords(settings.config(), settings.assignments(), stopWhenReady));
    }
}
