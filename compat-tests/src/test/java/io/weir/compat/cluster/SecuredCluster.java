package io.weir.compat.cluster;

import io.weir.compat.server.ClusterProcesses;
import io.weir.compat.server.NodeProcess;
import io.weir.compat.server.ServerUnderTest;
import io.weir.compat.support.Cluster;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * A controller, two nodes that do everything else and one that is a broker alone, all of which share a secret; one more
 * that has another secret is not started. Nobody but the tools moves partitions.
 */
final class SecuredCluster implements AutoCloseable {
    static final int CONTROLLER = 1;
    static final int FIRST = 2;
    static final int SECOND = 3;
    static final int BROKER = 4;
    static final int STRANGER = 5;

    private final String secret = "of the cluster " + Uuid.randomUuid();
    private final String otherSecret = "of nobody else " + Uuid.randomUuid();
    private final HdfsProcesses hdfs;
    private final ClusterProcesses processes;

    SecuredCluster() {
        Path directory =
                Path.of("target", "data", "secured-" + Uuid.randomUuid()).toAbsolutePath();
        hdfs = HdfsProcesses.start(directory.resolve("hdfs"), 1);
        processes = ClusterProcesses.on("secured", directory, hdfs.uri() + "/weir")
                .nodes(1, "controller")
                .nodes(2, "proxy", "broker", "coordinator")
                .nodes(1, "broker")
                .nodes(1, "broker")
                .set("weir.internal.secret.file", file(directory.resolve("secret"), secret))
                .set(STRANGER, "weir.internal.secret.file", file(directory.resolve("other-secret"), otherSecret))
                .set("weir.hdfs.replication", "1")
                .set("auto.leader.rebalance.enable", "false")
                .set("weir.balance.candidates.enable", "false")
                .set("offsets.topic.num.partitions", "4")
                .set("group.initial.rebalance.delay.ms", "0")
                .set("weir.log.level", "debug")
                .build();
        try {
            members().forEach(NodeProcess::launch);
            members().forEach(NodeProcess::awaitReady);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static String file(Path path, String text) {
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text + "\n");
            return path.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that belong together. */
    List<NodeProcess> members() {
        return processes.nodes().stream().filter(node -> node.id() != STRANGER).toList();
    }

    NodeProcess node(int id) {
        return processes.node(id);
    }

    /** Neither may be seen anywhere. */
    List<String> secrets() {
        return List.of(secret, otherSecret);
    }

    String bootstrap() {
        return processes.bootstrap();
    }

    /** Where the log is kept. */
    String store() {
        return hdfs.uri() + "/weir";
    }

    /** Clients for one scenario. */
    Cluster clients() {
        return new Cluster(new ServerUnderTest() {
            @Override
            public String bootstrap() {
                return SecuredCluster.this.bootstrap();
            }

            @Override
            public boolean isWeir() {
                return true;
            }

            @Override
            public void close() {
                // The cluster goes on.
            }
        });
    }

    @Override
    public void close() {
        processes.close();
        hdfs.close();
    }
}
