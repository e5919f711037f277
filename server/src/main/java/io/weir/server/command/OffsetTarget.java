package io.weir.server.command;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where offsets are to go: exactly one of these options. */
final class OffsetTarget {
    @Option(names = "--to-earliest", required = true, description = "To the first record.")
    boolean earliest;

    @Option(names = "--to-latest", required = true, description = "Behind the last record.")
    boolean latest;

    @Option(names = "--to-offset", required = true, paramLabel = "N", description = "To this offset.")
    @Nullable
    Long offset;

    @Option(
            names = "--to-datetime",
            required = true,
            paramLabel = "TIME",
            converter = InstantConverter.class,
            description = "To the first record at or after a time, such as 2026-01-31T10:00:00Z.")
    @Nullable
    Instant instant;

    @Option(
            names = "--by-duration",
            required = true,
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "To the first record of the last 30m, 2h, 1d.")
    @Nullable
    Duration duration;

    @Option(
            names = "--shift-by",
            required = true,
            paramLabel = "N",
            description = "So many records on, or back if negative.")
    @Nullable
    Long shift;
}
