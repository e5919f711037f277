package io.weir.log.partition;

import io.weir.log.PartitionStatus.State;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's retention.ms and retention.bytes: moves the log start forward over whole segments, durably, and only then
 * removes their files. Runs on the flusher's thread and blocks.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(30);

    private final Segments segments;
    private final Time time;

    Retention(Segments segments, Time time) {
        this.segments = segments;
        this.time = time;
    }

    void apply(PartitionLog log) {
        if (log.status().state() != State.WRITABLE) {
            return;
        }
        LogConfig config = log.config();
        if (config.delete) {
            long start = Math.max(byTime(log, config.retentionMs), bySize(log, config.retentionSize));
            if (start > log.logStartOffset()) {
                advance(log, start);
            }
        }
        segments.dropBelow(log, log.logStartOffset());
    }

    private void advance(PartitionLog log, long start) {
        long before = log.logStartOffset();
        try {
            log.deleteRecordsBefore(start).get(COMMIT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("partition={} retention=expired from_offset={} to_offset={}", log.id(), before, start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("partition={} retention=postponed to_offset={} reason={}", log.id(), start, e.getMessage());
        }
    }

    /** The offset behind what is older than the topic allows. */
    private long byTime(PartitionLog log, long retentionMs) {
        if (retentionMs < 0) {
            return -1;
        }
        long before = time.milliseconds() - retentionMs;
        ColdLog cold = log.segments();
        for (ColdLog.Stretch stretch : cold.stretches()) {
            if (stretch.maxTimestampMs() >= before) {
                return stretch.baseOffset();
            }
        }
        return log.tailOlderThan(before);
    }

    /** The offset behind what is too much; as in Kafka a segment goes only when enough is left without it. */
    private long bySize(PartitionLog log, long retentionBytes) {
        if (retentionBytes < 0) {
            return -1;
        }
        long excess = log.sizeBytes() - retentionBytes;
        long start = -1;
        for (ColdLog.Stretch stretch : log.segments().stretches()) {
            excess -= stretch.sizeBytes();
            if (excess < 0) {
                break;
            }
            start = stretch.nextOffset();
        }
        return start;
    }
}
