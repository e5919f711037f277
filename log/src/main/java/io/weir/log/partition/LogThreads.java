package io.weir.log.partition;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * On which threads a node's log works beside those of its callers.
 *
 * @param blocking runs what waits for the store
 * @param admitting runs appends that waited for room, one at a time
 * @param background whether commit and flush have threads of their own; a simulation calls them instead
 */
record LogThreads(Executor blocking, Executor admitting, boolean background) implements AutoCloseable {
    static LogThreads real() {
        return new LogThreads(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("weir-store-", 0).factory()),
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("weir-admit").factory()),
                true);
    }

    /** Everything on the caller's thread, so that a seed repeats a run. */
    static LogThreads simulated() {
        return new LogThreads(Runnable::run, Runnable::run, false);
    }

    @Override
    public void close() {
        if (blocking instanceof ExecutorService service) {
            service.shutdown();
        }
        if (admitting instanceof ExecutorService service) {
            service.shutdown();
        }
    }
}
