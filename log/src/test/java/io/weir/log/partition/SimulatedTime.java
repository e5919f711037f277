package io.weir.log.partition;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** A clock that stands still unless it is told to move. */
final class SimulatedTime implements Time {
    private long nowMs = 1_000_000;

    @Override
    public long milliseconds() {
        return nowMs;
    }

    @Override
    public long nanoseconds() {
        return nowMs * 1_000_000;
    }

    @Override
    public void sleep(long ms) {
        nowMs += ms;
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMs) {
        throw new AssertionError("a simulation waits for nothing");
    }
}
