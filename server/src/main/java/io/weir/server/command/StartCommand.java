package io.weir.server.command;

import io.weir.common.error.WeirException;
import io.weir.server.RunningNode;
import io.weir.server.logging.LoggingSetup;
import io.weir.server.settings.SettingsLoader;
import io.weir.server.settings.WeirSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
        WeirSettings settings = settings();
        LoggingSetup.server(settings.jsonLogs(), settings.logLevel());
        Logger logger = LoggerFactory.getLogger("io.weir.server.Node");
        Ports.requireFree(settings);
        long startedMs = context.time().milliseconds();
        RunningNode node = context.starter().start(settings);
        try (StopHook hook = StopHook.install(node::close)) {
            Welcome.print(context.out(), settings, node, context.time().milliseconds() - startedMs);
            if (stopWhenReady) {
                node.close();
            }
            node.stopped().toCompletableFuture().get();
            logger.info("event=node_stopped");
            return 0;
        } catch (ExecutionException e) {
            logger.error("event=node_failed", e.getCause());
            node.close();
            throw new IllegalStateException("The node could not go on: " + Failures.explain(e), e);
        }
    }

    private WeirSettings settings() {
        try {
            return SettingsLoader.load(Optional.ofNullable(config), assignments);
        } catch (WeirException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
