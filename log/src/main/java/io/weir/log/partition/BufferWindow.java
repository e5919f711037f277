package io.weir.log.partition;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that were acknowledged before they were durable (weir.ack=buffer), bounded for the node. Any thread. */
public final class BufferWindow {
    private final long limitBytes;
    private final AtomicLong openBytes = new AtomicLong();

    public BufferWindow(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Whether so many more bytes may be acknowledged early; if so they count until {@link #close}. */
    boolean open(int bytes) {
        while (true) {
            long open = openBytes.get();
            if (open + bytes > limitBytes) {
                return false;
            }
            if (openBytes.compareAndSet(open, open + bytes)) {
                return true;
            }
        }
    }

    /** These are durable now, or lost. */
    void close(int bytes) {
        openBytes.addAndGet(-bytes);
    }

    /** What a crash would lose now. */
    public long openBytes() {
        return openBytes.get();
    }
}
