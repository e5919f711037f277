package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HDFS's fence: the NameNode takes the lease from the writer, the DataNodes stop its pipeline and agree on the length,
 * the file is closed. That takes a heartbeat of a DataNode or two, longer when one of them is away. Blocks.
 */
final class LeaseRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRecovery.class);
    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration POLL = Duration.ofMillis(40);
    /** A recovery may fail on the DataNode that leads it; asked again, the NameNode takes another. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(3);

    private static final Duration REMIND = Duration.ofSeconds(5);

    private final DistributedFileSystem hdfs;
    private final Duration bound;
    private final Time time;
    private final CountDownLatch closing;

    /** @param closing the store is being closed */
    LeaseRecovery(DistributedFileSystem hdfs, Duration bound, Time time, CountDownLatch closing) {
        this.hdfs = hdfs;
        this.bound = bound;
        this.time = time;
        this.closing = closing;
    }

    /**
     * Closes the file, whoever writes it; no effect on one that is closed.
     *
     * @return its final length
     * @throws WeirException INVALID when there is no such file, UNAVAILABLE when it is not closed in time
     */
    long recover(String path, Path file) {
        long startMs = time.milliseconds();
        try {
            if (!hdfs.recoverLease(file)) {
                awaitClosed(path, file, startMs);
                LOG.info("hdfs_fence=closed path={} took_ms={}", path, time.milliseconds() - startMs);
            }
            return hdfs.getFileStatus(file).getLen();
        } catch (IOException e) {
            throw HdfsFaults.of("fence", path, e);
        }
    }

    private void awaitClosed(String path, Path file, long startMs) throws IOException {
        long askedMs = startMs;
        long saidMs = startMs;
        Duration pause = FIRST_POLL;
        while (true) {
            pause(path, pause);
            pause = POLL;
            if (hdfs.isFileClosed(file)) {
                return;
            }
            long nowMs = time.milliseconds();
            if (nowMs - askedMs >= ASK_AGAIN.toMillis()) {
                askedMs = nowMs;
                if (hdfs.recoverLease(file)) {
                    return;
                }
            }
            if (nowMs - startMs >= bound.toMillis()) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE,
                        "Cannot fence " + path + ": HDFS has not closed it in " + bound.toSeconds()
                                + " s. Are the DataNodes of its last block away (hdfs fsck -openforwrite -files -blocks"
                                + " -locations)?");
            }
            if (nowMs - saidMs >= REMIND.toMillis()) {
                saidMs = nowMs;
                LOG.info("hdfs_fence=waiting path={} for_ms={}", path, nowMs - startMs);
            }
        }
    }

    private void pause(String path, Duration pause) {
        try {
            if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new WeirException(FaultKind.CLOSED, "Cannot fence " + path + ": the store is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot fence " + path + ": the thread was interrupted", e);
        }
    }
}
