package io.weir.kafka.frame;

import java.util.concurrent.TimeUnit;

/** How fast bytes come or go, judged over a second or more at a time. One thread. */
public final class Pace {
    private long sinceMs;
    private long sinceBytes;

    /** Begins anew: {@code bytes} are those that have come or gone so far. */
    public void restart(long nowMs, long bytes) {
        sinceMs = nowMs;
        sinceBytes = bytes;
    }

    /** Whether fewer bytes went than so many a second; false while it is too early to say. Begins anew when it was not. */
    public boolean isBelow(int bytesPerSecond, long nowMs, long bytes) {
        long tookMs = nowMs - sinceMs;
        if (tookMs < TimeUnit.SECONDS.toMillis(1)) {
            return false;
        }
        long went = bytes - sinceBytes;
        restart(nowMs, bytes);
        return went * TimeUnit.SECONDS.toMillis(1) < bytesPerSecond * tookMs;
    }
}
