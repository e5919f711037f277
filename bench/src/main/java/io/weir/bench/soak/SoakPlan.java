package io.weir.bench.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What to do.
 *
 * @param duration of the load
 * @param seed chooses the moments and kinds of everything that is done by chance
 * @param launcher {@code bin/weir}
 * @param build that the launcher runs
 * @param directory of data, server log and report
 * @param heapMebibytes of the node
 * @param recordsPerSecond over all producers
 * @param settings {@code key=value} for the node, beyond the soak's own
 */
record SoakPlan(
        Duration duration,
        long seed,
        Path launcher,
        String build,
        Path directory,
        int heapMebibytes,
        int recordsPerSecond,
        List<String> settings) {
    /** The last part of the run is without restarts, so that one process lives long enough to be judged. */
    static final double CALM_SHARE = 0.4;

    /** Partitions of each kept topic. */
    static final int PARTITIONS = 4;

    static final int RECORD_BYTES = 600;

    /** Records that are kept in each partition once everybody has read them. */
    static final long KEPT_RECORDS = 20_000;

    static final List<String> CODECS = List.of("none", "lz4", "zstd");

    SoakPlan {
        settings = List.copyOf(settings);
    }

    /** How often something is sampled. */
    Duration sampleInterval() {
        return Duration.ofMillis(Math.clamp(duration.toMillis() / 60, 3_000, 20_000));
    }

    /** What the node's files take at most, roughly: kept records until the next trim, commit log, spare files. */
    long diskBytes() {
        long trimmedEverySeconds = 60;
        long records = (long) CODECS.size() * PARTITIONS * KEPT_RECORDS + 2 * trimmedEverySeconds * recordsPerSecond;
        return records * RECORD_BYTES * 2 + (200L << 20);
    }

    /** The node's settings: small, so that everything goes the whole way within seconds. */
    List<String> nodeSettings() {
        List<String> own = new ArrayList<>(List.of(
                "weir.tail.cache.bytes=33554432",
                "weir.read.cache.bytes=16777216",
                "weir.commit.log.file.bytes=4194304",
                "weir.commit.log.max.bytes=33554432",
                "weir.segment.flush.bytes=262144",
                "weir.segment.flush.ms=2000",
                "queued.max.request.bytes=33554432",
                "socket.request.max.bytes=16777216",
                "log.retention.check.interval.ms=5000",
                "offsets.topic.num.partitions=8"));
        own.addAll(settings);
        return own;
    }
}
