package io.weir.bench.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.utils.Time;

/**
 * Weir as a cluster on an HDFS of its own: controllers, brokers, proxies, a NameNode and DataNodes, each a process.
 *
 * @param launcher {@code bin/weir} of a checkout
 * @param build the build that it runs; empty for the launcher's own choice
 * @param settings {@code key=value} of every node, beyond those that place it
 */
public record WeirClusterTarget(String name, Path launcher, String build, List<String> settings, Time time)
        implements Target {
    public WeirClusterTarget {
        settings = List.copyOf(settings);
        settings.stream().filter(setting -> !setting.contains("=")).findFirst().ifPresent(wrong -> {
            throw new IllegalArgumentException("--weir-set '" + wrong + "' is no KEY=VALUE");
        });
    }

    @Override
    public boolean startable() {
        return true;
    }

    @Override
    public void format(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public WeirCluster launch(Path directory) throws IOException {
        return launch(directory, Topology.defaults());
    }

    /** Starts HDFS, waits for it, and starts the nodes. */
    public WeirCluster launch(Path directory, Topology topology) throws IOException {
        return WeirCluster.launch(this, directory, topology, time);
    }
}
