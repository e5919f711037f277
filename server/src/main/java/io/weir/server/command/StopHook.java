package io.weir.server.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On SIGINT or SIGTERM asks a command to stop and keeps the process alive until it has, within a bound.
 * Closed by the command's thread at its end.
 */
final class StopHook implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StopHook.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook;

    private StopHook(Runnable stop, Duration grace) {
        this.hook = new Thread(
                () -> {
                    // What stops may hang in a store that does; the process must end all the same.
                    Thread.ofPlatform().name("weir-close").daemon().start(stop);
                    awaitStopped(grace);
                },
                "weir-stop");
    }

    /** @param stop called by a thread of its own */
    static StopHook install(Runnable stop) {
        return install(stop, GRACE);
    }

    /**
     * @param stop called by a thread of its own
     * @param grace how long the process stays for that and for the command's own end
     */
    static StopHook install(Runnable stop, Duration grace) {
        StopHook hook = new StopHook(stop, grace);
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    private void awaitStopped(Duration grace) {
        try {
            boolean inTime = stopped.await(grace.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime) {
                LOGGER.warn("event=stop_given_up after={}", grace);
            }
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
