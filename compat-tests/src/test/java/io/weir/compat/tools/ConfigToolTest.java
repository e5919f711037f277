package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Program;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-configs.sh}, whose class is in Kafka's Scala jar: each run is a JVM of its own. */
@ExtendWith(SharedServer.class)
class ConfigToolTest {
    private final Cluster cluster;
    private final String topic;

    ConfigToolTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(1);
    }

    @Test
    void altersAndDescribesATopic() throws Exception {
        var set = run(
                "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", "retention.ms=3600000");
        assertThat(set.status()).as(set.err()).isZero();
        assertThat(set.out()).contains("Completed updating config for topic " + topic + ".");

        assertThat(run("--describe", "--topic", topic, "--all").out())
                .contains("All configs for topic " + topic + " are:", "retention.ms=3600000", "cleanup.policy=delete");

        var unset = run("--alter", "--topic", topic, "--delete-config", "retention.ms");
        assertThat(unset.status()).as(unset.err()).isZero();

        var wrong = run("--alter", "--topic", topic, "--add-config", "retention.ms=soon");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).contains("retention.ms");
    }

    @Test
    void describesBrokers() throws Exception {
        String node = cluster.admin()
                .describeCluster()
                .nodes()
                .get()
                .iterator()
                .next()
                .idString();

        var described = run("--describe", "--broker", node, "--all");
        assertThat(described.status()).as(described.err()).isZero();
        assertThat(described.out()).contains("node.id=" + node, "num.partitions=");
    }

    private Program.Result run(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "target/config-command/*" + File.pathSeparator + System.getProperty("java.class.path"),
                "kafka.admin.ConfigCommand"));
        line.addAll(List.of(Arguments.of(cluster, arguments)));
        return Program.run(Path.of("."), "", line);
    }
}
