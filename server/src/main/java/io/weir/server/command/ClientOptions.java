package io.weir.server.command;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that talks to a cluster. */
public final class ClientOptions {
    static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "One or more nodes, separated by commas (default: ${DEFAULT-VALUE}).")
    String bootstrapServer = DEFAULT_BOOTSTRAP;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties for the Kafka client, for TLS or SASL.")
    @Nullable
    Path commandConfig;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Give up after this long, for example 500ms, 10s, 2m (default: 15s).")
    Duration timeout = Duration.ofSeconds(15);

    @Option(names = "--json", description = "Print JSON, for programs.")
    boolean json;

    @Option(names = "--verbose", description = "Print what the client library logs, on standard error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    /** {@link #timeout} for Kafka's settings, which are 32 bits wide. */
    int timeoutMs() {
        return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }
}
