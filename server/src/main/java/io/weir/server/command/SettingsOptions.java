package io.weir.server.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For commands that work with a node's settings. */
final class SettingsOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings, as a properties file.")
    private @Nullable Path config;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting; wins over the file. Repeatable.")
    private List<String> assignments = new ArrayList<>();

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }

    List<String> assignments() {
        return assignments;
    }
}
