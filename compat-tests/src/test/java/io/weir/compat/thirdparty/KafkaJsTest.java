package io.weir.compat.thirdparty;

import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Program;
import io.weir.compat.support.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class KafkaJsTest {
    private static final Path DIRECTORY = Path.of("js");
    private final Cluster cluster;

    KafkaJsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void requireKafkaJs() {
        ForeignProgram.require(
                Program.isInstalled("node") && Files.exists(DIRECTORY.resolve("node_modules/kafkajs")),
                "node, and compat-tests/js/install");
    }

    @Test
    void whatItProducesJavaReads() throws Exception {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);

        assertThat(run("produce", partition.topic(), "20").out().lines())
                .containsExactly(
                        "{\"partition\":0,\"baseOffset\":\"0\",\"errorCode\":0}",
                        "{\"partition\":0,\"baseOffset\":\"20\",\"errorCode\":0}");

        var expected = IntStream.range(0, 40)
                .mapToObj(i -> "value " + i % 20 + " ünicode")
                .toList();
        assertThat(Records.valuesOf(cluster.consumer(), partition, 40)).isEqualTo(expected);
    }

    @Test
    void asAMemberOfAGroupItReadsWhatJavaProducesAndCommits() throws Exception {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        String group = Cluster.name("group");
        Records.sendNumbers(cluster.producer("compression.type", "gzip"), partition, 15);
        Records.sendNumbers(cluster.producer(), partition, 15);

        var lines = run("consume", partition.topic(), group, "30").out().lines().toList();

        assertThat(lines).hasSize(30);
        assertThat(lines.getFirst()).contains("\"offset\":\"0\"", "\"key\":null", "\"value\":\"0\"", "\"headers\":{}");
        assertThat(lines.getLast()).contains("\"offset\":\"29\"", "\"value\":\"14\"");
        assertThat(at(cluster.consumer("group.id", group).committed(Set.of(partition)), partition)
                        .offset())
                .isEqualTo(30);
    }

    @Test
    void itAdministersTopicsAndGroups() throws Exception {
        var result = run("admin", Cluster.name("js"), Cluster.name("group"));

        assertThat(result.out().trim())
                .isEqualTo("{\"created\":true,\"partitions\":2,\"offsets\":2,\"retention\":\"604800000\","
                        + "\"committed\":\"0\",\"listed\":true,\"brokers\":1}");
    }

    private Program.Result run(String command, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("node", "client.js", command, cluster.bootstrap()));
        line.addAll(List.of(arguments));
        var result = Program.run(DIRECTORY, "", line);
        assertThat(result.status()).as(result.out() + result.err()).isZero();
        return result;
    }
}
