package io.weir.server.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections the system lets this process have. Without a bound below it clients could take the files that
 * the log needs. Any thread.
 */
final class OpenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private OpenFiles() {}

    /** As many connections as were wanted, or fewer where so many files cannot be open. */
    static int connections(int wanted) {
        long files = limit();
        int possible = possible(files);
        if (wanted > possible) {
            LOG.warn(
                    "Fewer connections than max.connections, so that the log has files left; max.connections={}"
                            + " connections={} openFilesLimit={} hint=\"raise ulimit -n\"",
                    wanted,
                    possible,
                    files);
        }
        return Math.min(wanted, possible);
    }

    /** The soft limit; 0 where the system does not say or sets none. Read by hand: the JDK's bean takes 50 ms to load. */
    private static long limit() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line ->
                            line.substring("Max open files".length()).trim().split("\\s+")[0])
                    .filter(soft -> soft.matches("[0-9]{1,18}"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Three quarters: the rest is for segments, the commit log, jars and HTTP. */
    static int possible(long files) {
        return files <= 0 ? Integer.MAX_VALUE : Math.clamp(files / 4 * 3, 1, Integer.MAX_VALUE);
    }
}
