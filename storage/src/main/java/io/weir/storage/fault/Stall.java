package io.weir.storage.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Operations that hang until they are let go, as on a disk or a server that no longer answers. */
public final class Stall implements AutoCloseable {
    private final Operation operation;
    private final String pathPrefix;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Stall(Operation operation, String pathPrefix) {
        this.operation = operation;
        this.pathPrefix = pathPrefix;
    }

    /** Waits until one operation hangs; false when none did within {@code bound}. */
    public boolean awaitArrival(Duration bound) throws InterruptedException {
        return arrived.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets all go, those that hang and those to come. */
    public void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
    }

    boolean fits(Operation asked, String path) {
        return operation == asked && released.getCount() > 0 && path.startsWith(pathPrefix);
    }

    void hang() throws InterruptedException {
        arrived.countDown();
        released.await();
    }
}
