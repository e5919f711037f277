package io.weir.log.segment;

import java.util.concurrent.atomic.AtomicBoolean;

/** An open segment that stays open until this is closed, whatever becomes of its place in the cache. */
public final class SegmentLease implements AutoCloseable {
    private final SegmentReader reader;
    private final Runnable release;
    private final AtomicBoolean released = new AtomicBoolean();

    SegmentLease(SegmentReader reader, Runnable release) {
        this.reader = reader;
        this.release = release;
    }

    /** The segment; not to be closed, and not to be used after this lease is. Records that it read live on. */
    public SegmentReader reader() {
        return reader;
    }

    /** Gives it back; later calls do nothing. */
    @Override
    public void close() {
        if (released.compareAndSet(false, true)) {
            release.run();
        }
    }
}
