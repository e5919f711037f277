package io.weir.kafka.wire;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.apache.kafka.common.utils.Time;

/** Lets one line a second through, so that nobody fills the disk with bad frames. Any thread. */
final class LogLimiter {
    private static final long INTERVAL_MS = 1000;

    private final Time time;
    private final AtomicLong nextMs = new AtomicLong(Long.MIN_VALUE);
    private final LongAdder suppressed = new LongAdder();

    LogLimiter(Time time) {
        this.time = time;
    }

    /** Runs {@code line} with the number of lines left out since the last one, or leaves this one out. */
    void log(LongConsumer line) {
        long nowMs = time.hiResClockMs();
        long next = nextMs.get();
        if (nowMs >= next && nextMs.compareAndSet(next, nowMs + INTERVAL_MS)) {
            line.accept(suppressed.sumThenReset());
        } else {
            suppressed.increment();
        }
    }
}
