package io.weir.log.partition;

import io.weir.log.commitlog.CommitLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether what waits for the store gets on, from a thread of its own: those that write may hang in the store
 * themselves. After a while of standstill it says so, in the log and in {@link StoreHealth}; after
 * {@link io.weir.log.commitlog.CommitLogConfig#failAfter} it tells the appends that wait, which fail with an error that
 * clients retry, and lets no more in. So a producer hears what is wrong long before its request times out, and the
 * memory that waits stays bounded. As soon as anything gets on, all is as before.
 */
final class StoreWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PAUSED = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final Duration REMIND = Duration.ofSeconds(10);

    private final Supplier<Optional<CommitLog>> commits;
    private final AppendGate gate;
    private final Flusher flusher;
    private final StoreHealth health;
    private final String place;
    private final Duration failAfter;
    private final Duration slow;
    private final Time time;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("weir-store-watch").unstarted(this::run);
    private long lookedNanos;
    private long admitted;
    private long gateMovedNanos;
    private @Nullable String trouble;
    private long troubledNanos;
    private long saidNanos;

    /** @param place of the store, for people */
    StoreWatch(
            Supplier<Optional<CommitLog>> commits,
            AppendGate gate,
            Flusher flusher,
            StoreHealth health,
            String place,
            Duration failAfter,
            Time time) {
        this.commits = commits;
        this.gate = gate;
        this.flusher = flusher;
        this.health = health;
        this.place = place;
        this.failAfter = failAfter;
        this.slow = SLOW.compareTo(failAfter) < 0 ? SLOW : failAfter;
        this.time = time;
    }

    void start() {
        lookedNanos = time.nanoseconds();
        gateMovedNanos = lookedNanos;
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.error("store_watch=failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long now = time.nanoseconds();
        long slept = now - lookedNanos;
        lookedNanos = now;
        if (slept > PAUSED.toNanos()) {
            return; // not the store stood still but this process, or its machine
        }
        CommitLog log = commits.get().orElse(null);
        Duration commitWait = log == null ? Duration.ZERO : log.waited(now);
        Duration gateWait = gateWait(now);
        boolean commitStands = commitWait.compareTo(failAfter) >= 0;
        boolean gateStands = gateWait.compareTo(failAfter) >= 0;
        judge(reason(log, commitWait, gateWait), commitStands, now);
        if (log != null && commitStands) {
            log.tellDelayed();
        }
        if (commitStands || gateStands) {
            gate.refuseWaiting(() -> health.refusal(null));
        }
    }

    /** How long appends have been waiting for room without any of them getting it. */
    private Duration gateWait(long now) {
        long seen = gate.admitted();
        if (seen != admitted || gate.waiting() == 0) {
            admitted = seen;
            gateMovedNanos = now;
        }
        return Duration.ofNanos(now - gateMovedNanos);
    }

    private @Nullable String reason(@Nullable CommitLog log, Duration commitWait, Duration gateWait) {
        if (log != null) {
            String failure = log.failure().orElse(null);
            if (failure != null) {
                return "the commit log cannot be written: " + failure;
            }
            if (commitWait.compareTo(slow) >= 0) {
                return place + " has not answered a write or flush of the commit log for " + commitWait.toSeconds()
                        + " s. Look at it, and at what its machines say in their logs.";
            }
        }
        if (gateWait.compareTo(slow) >= 0) {
            return "weir.tail.cache.bytes is full of records that are in no segment yet: "
                    + flusher.failure()
                            .orElse(place + " takes segments more slowly than producers send, or not at all.");
        }
        return null;
    }

    private void judge(@Nullable String reason, boolean refuse, long now) {
        if (reason == null) {
            if (trouble != null) {
                LOG.info(
                        "store=well again after_ms={}",
                        Duration.ofNanos(now - troubledNanos).toMillis());
                trouble = null;
                health.well();
            }
            return;
        }
        boolean first = trouble == null;
        if (first) {
            troubledNanos = now;
        }
        boolean turns = refuse != health.refusing();
        trouble = reason;
        health.sick(reason, refuse);
        if (first || turns || now - saidNanos >= REMIND.toNanos()) {
            saidNanos = now;
            LOG.warn(
                    "store=sick for_ms={} appends_waiting_for_room={} refusing_appends={} refused={} reason={}",
                    Duration.ofNanos(now - troubledNanos).toMillis(),
                    gate.waiting(),
                    refuse,
                    health.refused(),
                    reason);
        }
    }
}
