package io.weir.proxy.support;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** A clock that moves when the test says so. */
public final class ManualTime implements Time {
    private long nowMs = 1_000_000;

    public void advance(long ms) {
        nowMs += ms;
    }

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
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
        throw new UnsupportedOperationException("nobody waits here");
    }
}
