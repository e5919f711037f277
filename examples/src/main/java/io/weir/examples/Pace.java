package io.weir.examples;

import org.apache.kafka.common.utils.Time;

/** Lets its thread go on so many times a second, for so many seconds. */
final class Pace {
    private final Time time = Time.SYSTEM;
    private final double perSecond;
    private final double seconds;
    private final long beginNanos = time.nanoseconds();
    private long turns;

    Pace(double perSecond, double seconds) {
        this.perSecond = perSecond;
        this.seconds = seconds;
    }

    /** Waits for the next turn; false when there is none left. */
    boolean next() {
        double dueMs = turns++ * 1000 / perSecond;
        if (dueMs >= seconds * 1000) {
            return false;
        }
        time.sleep(Math.max(0, (long) (dueMs - (time.nanoseconds() - beginNanos) / 1e6)));
        return true;
    }
}
