package io.weir.server.command;

import io.weir.server.RunningNode;
import io.weir.server.logging.LoggingSetup;
import io.weir.server.settings.WeirSettings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node until it is told to stop. */
final class StartNode {
    /** Of a node that was ready and ended by itself: whoever watches it had better start it again. */
    static final int COULD_NOT_GO_ON = 3;

    private static final Duration CLOSE_BOUND = Duration.ofSeconds(15);

    private StartNode() {}

    /** @return the exit code: 0 when the node was stopped, {@value #COULD_NOT_GO_ON} when it ended by itself */
    static int run(CommandContext context, StartWords words) throws InterruptedException {
        // Kafka's metrics want it sooner or later, and it takes a tenth of the start.
        Thread.ofPlatform().daemon().name("weir-jmx-start").start(ManagementFactory::getPlatformMBeanServer);
        WeirSettings settings = CommandSettings.load(words.config(), words.assignments());
        LoggingSetup.server(settings.jsonLogs(), settings.logLevel());
        Logger logger = LoggerFactory.getLogger("io.weir.server.Node");
        Ports.requireFree(settings);
        long startedMs = context.time().milliseconds();
        RunningNode node = context.starter().start(settings);
        try (StopHook hook = StopHook.install(node::close, settings.stopBound())) {
            Welcome.print(context.out(), settings, node, context.time().milliseconds() - startedMs);
            if (words.stopWhenReady()) {
                node.close();
            }
            node.stopped().toCompletableFuture().get();
            logger.info("event=node_stopped");
            return 0;
        } catch (ExecutionException e) {
            logger.error("event=node_failed", e.getCause());
            closeWithinBounds(node);
            context.err().println("The node could not go on: " + Failures.explain(e));
            context.err().flush();
            return COULD_NOT_GO_ON;
        }
    }

    /** What broke may keep the node from closing, but must not keep the process alive, which serves nobody. */
    private static void closeWithinBounds(RunningNode node) throws InterruptedException {
        Thread closer = Thread.ofPlatform().name("weir-close").daemon().start(node::close);
        if (!closer.join(CLOSE_BOUND)) {
            LoggerFactory.getLogger("io.weir.server.Node").warn("event=node_close_given_up after={}", CLOSE_BOUND);
        }
    }
}
