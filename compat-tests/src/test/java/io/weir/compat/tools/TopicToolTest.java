package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import org.apache.kafka.tools.TopicCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-topics.sh}. */
@ExtendWith(SharedServer.class)
class TopicToolTest {
    private final Tool tool = new Tool(TopicCommand::main);
    private final Cluster cluster;
    private final String topic = Cluster.name("tool");

    TopicToolTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void createsListsDescribesAltersAndDeletes() throws Exception {
        var created = run("--create", "--topic", topic, "--partitions", "3", "--config", "retention.ms=3600000");
        assertThat(created.status()).isZero();
        assertThat(created.out()).contains("Created topic " + topic + ".");

        assertThat(run("--list").out().lines()).contains(topic);

        Await.until(
                "3 partitions", () -> run("--describe", "--topic", topic).out().contains("PartitionCount: 3"));
        var described = run("--describe", "--topic", topic);
        assertThat(described.status()).isZero();
        assertThat(described.out()).contains("Topic: " + topic, "TopicId: ", "retention.ms=3600000");
        assertThat(described.out().lines().filter(l -> l.contains("Leader: ")))
                .hasSize(3)
                .noneMatch(l -> l.contains("none"));

        assertThat(run("--alter", "--topic", topic, "--partitions", "5").status())
                .isZero();
        Await.until(
                "5 partitions", () -> run("--describe", "--topic", topic).out().contains("PartitionCount: 5"));

        assertThat(run("--describe", "--unavailable-partitions").out()).doesNotContain(topic);
        assertThat(run("--describe", "--under-replicated-partitions").out()).doesNotContain(topic);

        assertThat(run("--delete", "--topic", topic).status()).isZero();
        Await.until("gone", () -> run("--list").out().lines().noneMatch(topic::equals));
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        cluster.topicNamed(topic, 1);

        var twice = run("--create", "--topic", topic);
        assertThat(twice.status()).isEqualTo(1);
        assertThat(twice.out()).contains("Topic '" + topic + "' already exists");
        assertThat(run("--create", "--topic", topic, "--if-not-exists").status())
                .isZero();

        var missing = run("--describe", "--topic", topic + "-missing");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.out()).contains("does not exist as expected");

        var config = run("--create", "--topic", topic + "-2", "--config", "no.such.config=1");
        assertThat(config.status()).isEqualTo(1);
        assertThat(config.out() + config.err()).contains("no.such.config");
    }

    private Tool.Result run(String... arguments) throws Exception {
        return tool.run(Arguments.of(cluster, arguments));
    }
}
