package io.weir.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Time;

/**
 * A fixed schedule: the moment of record n is known before anything is sent. Who falls behind catches up as fast as he
 * can, and what he sends then is late since its moment: nothing that a slow server keeps from being sent is left out of the
 * latencies. One thread.
 */
public final class Pace {
    /** A thread that is parked for less than this wakes too late for it to be worth while. */
    private static final long SHORTEST_PARK_NANOS = 20_000;

    private final Time time;
    private final long startNanos;
    private final double nanosEach;

    /** @param perSecond of this thread */
    public Pace(Time time, double perSecond) {
        this.time = time;
        this.startNanos = time.nanoseconds();
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /**
     * Waits for the moment of record {@code number}.
     *
     * @return that moment, however late it is
     */
    public long await(long number) {
        long moment = startNanos + (long) (number * nanosEach);
        long left = moment - time.nanoseconds();
        while (left > SHORTEST_PARK_NANOS) {
            LockSupport.parkNanos(left);
            left = moment - time.nanoseconds();
        }
        return moment;
    }
}
