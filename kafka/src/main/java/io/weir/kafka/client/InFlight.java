package io.weir.kafka.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what one connection has in flight and refuses more than its bounds. Any thread. */
final class InFlight {
    private final int maxRequests;
    private final long maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    InFlight(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Whether it may go; then {@link #leave} is due. One alone always may, however large it is. */
    boolean enter(long size) {
        if (requests.incrementAndGet() > maxRequests) {
            requests.decrementAndGet();
            return false;
        }
        if (bytes.addAndGet(size) > maxBytes && bytes.get() != size) {
            leave(size);
            return false;
        }
        return true;
    }

    void leave(long size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }

    int requests() {
        return requests.get();
    }

    long bytes() {
        return bytes.get();
    }
}
