package io.weir.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Collects times from any number of threads; three digits, up to a quarter of an hour. */
public final class Latencies {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(15);

    private final Histogram histogram = new ConcurrentHistogram(LONGEST_NANOS, 3);

    /** Notes one. */
    public void record(long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    /** How many there are. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** In milliseconds. */
    public double percentile(double percent) {
        return histogram.getValueAtPercentile(percent) / 1e6;
    }

    /** In milliseconds. */
    public double mean() {
        return histogram.getMean() / 1e6;
    }

    /** In milliseconds. */
    public double maximum() {
        return histogram.getMaxValue() / 1e6;
    }

    /** Forgets everything: what comes now is measured. */
    public void reset() {
        histogram.reset();
    }
}
