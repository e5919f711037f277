package io.weir.kafka.wire;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** Lets one line a second through, so that nobody fills the disk with bad frames. Any thread. */
public final class LogLimiter {
    private static final long INTERVAL_MS = 1000;
    private static final int MAX_SHOWN = 300;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Time time;
    private final AtomicLong nextMs = new AtomicLong(Long.MIN_VALUE);
    private final LongAdder suppressed = new LongAdder();

    /** One line a second by this clock. */
    public LogLimiter(Time time) {
        this.time = time;
    }

    /** A text that repeats what a client sent, cut short and on one line. */
    public static String printable(@Nullable String text) {
        String shown = String.valueOf(text);
        shown = shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "...";
        return CONTROL.matcher(shown).replaceAll("?");
    }

    /** Runs {@code line} with the number of lines left out since the last one, or leaves this one out. */
    public void log(LongConsumer line) {
        long nowMs = time.hiResClockMs();
        long next = nextMs.get();
        if (nowMs >= next && nextMs.compareAndSet(next, nowMs + INTERVAL_MS)) {
            line.accept(suppressed.sumThenReset());
        } else {
            suppressed.increment();
        }
    }
}
