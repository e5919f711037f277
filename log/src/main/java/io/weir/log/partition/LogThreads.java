package io.weir.log.partition;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * On which threads a node's log works beside those of its callers.
 *
 * @param blocking runs what waits for the store
 * @param loading reads old bytes from it. A file's read blocks the thread under a virtual one as well, and there are
 *     no more of those than processors: a disk that hangs would stop all of them. So these are threads of their own,
 *     whose number bounds how hard readers press the store. Each waiting fetch has at most a few tasks here
 * @param admitting runs appends that waited for room, one at a time
 * @param background whether commit and flush have threads of their own; a simulation calls them instead
 */
record LogThreads(Executor blocking, Executor loading, Executor admitting, boolean background)
        implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    static LogThreads real(int loads) {
        ThreadPoolExecutor loading = new ThreadPoolExecutor(
                loads,
                loads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("weir-load-", 0).factory());
        loading.allowCoreThreadTimeOut(true);
        return new LogThreads(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("weir-store-", 0).factory()),
                loading,
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("weir-admit").factory()),
                true);
    }

    /** Everything on the caller's thread, so that a seed repeats a run. */
    static LogThreads simulated() {
        return new LogThreads(Runnable::run, Runnable::run, Runnable::run, false);
    }

    @Override
    public void close() {
        if (blocking instanceof ExecutorService service) {
            service.shutdown();
        }
        if (loading instanceof ExecutorService service) {
            service.shutdown();
        }
        if (admitting instanceof ExecutorService service) {
            service.shutdown();
        }
    }
}
