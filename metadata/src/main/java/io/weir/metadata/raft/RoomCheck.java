package io.weir.metadata.raft;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a directory can be written to: it may, and its disk has room. Asks the system anew each time, which takes
 * microseconds; the metadata log is written a few times a second at most.
 */
final class RoomCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoomCheck.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration REMIND = Duration.ofSeconds(10);

    private final Path directory;
    private final long minFreeBytes;
    private final Time time;
    private final CountDownLatch closed = new CountDownLatch(1);

    RoomCheck(Path directory, long minFreeBytes, Time time) {
        this.directory = directory;
        this.minFreeBytes = minFreeBytes;
        this.time = time;
    }

    /** Why nothing should be written now; empty when all is well. */
    Optional<String> obstacle() {
        if (!Files.isWritable(directory)) {
            return Optional.of(directory + " cannot be written: read-only, immutable or not ours. Make it writable");
        }
        long free = directory.toFile().getUsableSpace();
        return free < minFreeBytes
                ? Optional.of("the disk of " + directory + " is full: " + free + " bytes are free, " + minFreeBytes
                        + " wanted. Free space there, or set weir.data.dir to a larger disk")
                : Optional.empty();
    }

    /** Returns when there is room, or at {@link #close}. Blocks. */
    void await() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isEmpty()) {
            return;
        }
        long startMs = time.milliseconds();
        long saidMs = startMs;
        LOG.warn("metadata_log=waiting reason={}", obstacle.get());
        while (obstacle.isPresent() && !pauseOrClosed()) {
            long now = time.milliseconds();
            if (now - saidMs >= REMIND.toMillis()) {
                saidMs = now;
                LOG.warn("metadata_log=waiting for_ms={} reason={}", now - startMs, obstacle.get());
            }
            obstacle = obstacle();
        }
        LOG.info("metadata_log=goes_on after_ms={}", time.milliseconds() - startMs);
    }

    private boolean pauseOrClosed() {
        try {
            return closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whoever waits, waits no longer. */
    @Override
    public void close() {
        closed.countDown();
    }
}
