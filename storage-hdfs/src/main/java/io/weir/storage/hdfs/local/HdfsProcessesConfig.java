package io.weir.storage.hdfs.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * @param directory of data, configuration and logs; what is there already is used again
 * @param libraries the servers' jars, see {@link HdfsLibraries}
 * @param dataNodes how many DataNodes
 * @param startTimeout until the DataNodes are registered and the NameNode has left safe mode
 * @param settings for hdfs-site.xml of all servers, above those of this package
 * @param endWithThisProcess whether the servers go when this JVM does, however it ends short of SIGKILL; otherwise
 *     they stay, also when the terminal goes that it was started from
 */
public record HdfsProcessesConfig(
        Path directory,
        Path libraries,
        int dataNodes,
        Duration startTimeout,
        Map<String, String> settings,
        boolean endWithThisProcess) {
    /** Checks and copies. */
    public HdfsProcessesConfig {
        if (dataNodes < 1) {
            throw new IllegalArgumentException("dataNodes " + dataNodes + " must be at least 1");
        }
        directory = directory.toAbsolutePath().normalize();
        settings = Map.copyOf(settings);
    }

    /** The jars of the checkout that the working directory lies in. */
    public static HdfsProcessesConfig defaults(Path directory, int dataNodes) {
        return new HdfsProcessesConfig(
                directory, HdfsLibraries.find(Path.of("")), dataNodes, Duration.ofMinutes(2), Map.of(), true);
    }
}
