package io.weir.log.commitlog;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One file of the commit log, as the rest of the log knows it: how many of its entries are in no segment yet. When
 * none is and the file is closed, it can go.
 */
public final class CommitLogFile {
    private final String path;
    private final long sequence;
    private final AtomicLong pins = new AtomicLong();
    private volatile long lengthBytes;
    private volatile boolean closed;

    CommitLogFile(String path, long sequence) {
        this.path = path;
        this.sequence = sequence;
    }

    public String path() {
        return path;
    }

    /** Position in its directory's order. */
    public long sequence() {
        return sequence;
    }

    public long lengthBytes() {
        return lengthBytes;
    }

    void lengthBytes(long length) {
        lengthBytes = length;
    }

    /** One more entry needs this file for recovery. */
    public void pin() {
        pins.incrementAndGet();
    }

    /** That entry is in a segment now, or its partition is gone. */
    public void unpin() {
        if (pins.decrementAndGet() < 0) {
            throw new IllegalStateException("unpinned more often than pinned: " + path);
        }
    }

    /** Nothing will be appended, and nothing in it is needed. */
    public boolean disposable() {
        return closed && pins.get() == 0;
    }

    void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return path;
    }
}
