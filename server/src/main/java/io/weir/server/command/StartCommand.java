package io.weir.server.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings, as a properties file.")
    private @Nullable Path config;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting; wins over the file. Repeatable.")
    private List<String> assignments = new ArrayList<>();

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
        return StartNode.run(context, new StartWords(Optional.ofNullable(config), assignments, stopWhenReady));
    }
}
