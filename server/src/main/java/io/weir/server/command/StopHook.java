package io.weir.server.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On SIGINT or SIGTERM asks a command to stop and keeps the process alive until it has, for a few seconds at most.
 * Closed by the command's thread at its end.
 */
final class StopHook implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StopHook.class);
    private static final int GRACE_SECONDS = 10;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook;

    private StopHook(Runnable stop) {
        this.hook = new Thread(
                () -> {
                    stop.run();
                    awaitStopped();
                },
                "weir-stop");
    }

    /** @param stop called by a thread of its own; must not block */
    static StopHook install(Runnable stop) {
        StopHook hook = new StopHook(stop);
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    private void awaitStopped() {
        try {
            boolean inTime = stopped.await(GRACE_SECONDS, TimeUnit.SECONDS);
            LOGGER.debug("event=command_stopped in_time={}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOGGER.debug("event=going_down");
        }
    }
}
