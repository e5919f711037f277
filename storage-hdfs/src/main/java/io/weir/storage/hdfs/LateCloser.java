package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes files that their writers have left, so that nobody waits for a sick pipeline. HDFS does not do it by itself:
 * the lease of a client that lives never ends. One virtual thread a file, until it is closed, gone or the store is
 * closed; at most {@link #MAX_OPEN}, beyond which no new file is made.
 */
final class LateCloser {
    private static final Logger LOG = LoggerFactory.getLogger(LateCloser.class);

    /** Files that may wait to be closed. */
    static final int MAX_OPEN = 64;

    private static final long MAX_BACKOFF_MS = 5_000;

    private final DistributedFileSystem hdfs;
    private final LeaseRecovery recovery;
    private final CountDownLatch closing;
    private final int replication;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param replication the copies that a file has in the end
     * @param closing the store is being closed
     */
    LateCloser(DistributedFileSystem hdfs, LeaseRecovery recovery, int replication, CountDownLatch closing) {
        this.hdfs = hdfs;
        this.recovery = recovery;
        this.replication = replication;
        this.closing = closing;
    }

    /** @throws WeirException UNAVAILABLE when too many files are not closed yet */
    void requireRoom() {
        if (open.get() >= MAX_OPEN) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE,
                    open.get() + " files that failed are still to be closed by HDFS: look at NameNode and DataNodes");
        }
    }

    /**
     * @param failed the stream is not worth waiting for
     * @param has the copies that the file was made with
     */
    void close(String path, Path file, FSDataOutputStream out, boolean failed, short has) {
        open.incrementAndGet();
        Thread.ofVirtual().name("weir-hdfs-close").start(() -> {
            try {
                if (closeStream(path, out, failed) || recover(path, file)) {
                    if (has < replication) {
                        setReplication(path, file);
                    }
                }
            } finally {
                open.decrementAndGet();
            }
        });
    }

    /** Has HDFS make the copies that a file could not have at first. */
    void replicate(String path, Path file) {
        Thread.ofVirtual().name("weir-hdfs-replicate").start(() -> setReplication(path, file));
    }

    private void setReplication(String path, Path file) {
        try {
            hdfs.setReplication(file, (short) replication);
        } catch (IOException e) {
            LOG.warn("hdfs_replication=not_raised path={} wanted={} reason={}", path, replication, e.getMessage());
        }
    }

    private static boolean closeStream(String path, FSDataOutputStream out, boolean failed) {
        if (failed) {
            // The client's way to end at once: it waits for no acknowledgement and frees threads and packets.
            Thread.currentThread().interrupt();
        }
        try {
            out.close();
            return !failed;
        } catch (IOException e) {
            LOG.debug("hdfs_close=failed path={} reason={}", path, e.getMessage());
            return false;
        } finally {
            Thread.interrupted();
        }
    }

    private boolean recover(String path, Path file) {
        long backoffMs = 100;
        try {
            do {
                try {
                    recovery.recover(path, file);
                    LOG.debug("hdfs_file=closed_late path={}", path);
                    return true;
                } catch (WeirException e) {
                    if (e.kind() == FaultKind.INVALID || e.kind() == FaultKind.CLOSED) {
                        return false; // deleted, or the store is closed
                    }
                    LOG.debug("hdfs_file=not_closed path={} reason={}", path, e.getMessage());
                }
                backoffMs = Math.min(MAX_BACKOFF_MS, 2 * backoffMs);
            } while (!closing.await(backoffMs, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
