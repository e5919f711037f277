package io.weir.server.wiring;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
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
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return wanted;
        }
        long files = system.getMaxFileDescriptorCount();
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

    /** Three quarters: the rest is for segments, the commit log, jars and HTTP. */
    static int possible(long files) {
        return files <= 0 ? Integer.MAX_VALUE : Math.clamp(files / 4 * 3, 1, Integer.MAX_VALUE);
    }
}
