package io.weir.server.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a cluster on this machine keeps everything. */
final class LocalDirectory {
    static final Path DEFAULT = Path.of("data", "cluster");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Directory of a cluster on this machine (default: ${DEFAULT-VALUE}).")
    Path path = DEFAULT;

    /** What to add to a command that is to find it again. */
    String option() {
        return path.equals(DEFAULT) ? "" : " --data " + path;
    }
}
