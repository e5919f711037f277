package io.weir.compat.thirdparty;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Program;
import io.weir.compat.support.Records;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedServer.class)
class KcatTest {
    private final Cluster cluster;
    private final TopicPartition partition;

    KcatTest(Cluster cluster) {
        this.cluster = cluster;
        this.partition = cluster.timelessPartition();
    }

    @BeforeEach
    void requireKcat() {
        ForeignProgram.require(Program.isInstalled("kcat"), "apt-get install kcat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void producesWithEveryCodecAndConsumes(String codec) throws Exception {
        String lines = numbers(100).stream().collect(Collectors.joining("\n", "", "\n"));

        kcat(lines, "-P", "-t", partition.topic(), "-p", "0", "-z", codec);

        assertThat(kcat("", "-C", "-t", partition.topic(), "-o", "beginning", "-e", "-q")
                        .out()
                        .lines())
                .isEqualTo(numbers(100));
        assertThat(Records.valuesOf(cluster.consumer(), partition, 100)).isEqualTo(numbers(100));
    }

    @Test
    void producesIdempotentlyWithKeysHeadersAndTombstones() throws Exception {
        kcat(
                "a:1\nb:\n",
                "-P",
                "-t",
                partition.topic(),
                "-K",
                ":",
                "-Z",
                "-H",
                "from=kcat",
                "-X",
                "enable.idempotence=true");

        var printed = kcat("", "-C", "-t", partition.topic(), "-e", "-q", "-f", "%p|%o|%k|%S|%h\\n");
        assertThat(printed.out().lines()).containsExactly("0|0|a|1|from=kcat", "0|1|b|-1|from=kcat");
    }

    @Test
    void readsWhatJavaProduces() throws Exception {
        Records.send(
                cluster.producer("compression.type", "zstd"),
                10,
                i -> new ProducerRecord<>(partition.topic(), 0, 1_000L + i, "k" + i, "v" + i));

        assertThat(kcat("", "-C", "-t", partition.topic(), "-o", "5", "-c", "2", "-q", "-f", "%k=%s@%T\\n")
                        .out()
                        .lines())
                .containsExactly("k5=v5@1005", "k6=v6@1006");
        assertThat(kcat("", "-C", "-t", partition.topic(), "-o", "-3", "-e", "-q")
                        .out()
                        .lines())
                .containsExactly("v7", "v8", "v9");
        assertThat(kcat("", "-C", "-t", partition.topic(), "-o", "s@1004", "-o", "e@1006", "-e", "-q")
                        .out()
                        .lines())
                .containsExactly("v4", "v5");
    }

    @Test
    void listsTheCluster() throws Exception {
        var listed = kcat("", "-L", "-t", partition.topic());
        assertThat(listed.out())
                .contains(
                        "1 brokers:",
                        "at " + cluster.bootstrap(),
                        "topic \"" + partition.topic() + "\" with 1 partitions:");
        assertThat(listed.out()).contains("partition 0, leader ").doesNotContain("Broker: ");
        assertThat(kcat("", "-L", "-J").out()).contains("\"topic\":\"" + partition.topic() + "\"");
    }

    @Test
    void queriesOffsetsByTime() throws Exception {
        Records.send(cluster.producer(), 10, i -> new ProducerRecord<>(partition.topic(), 0, 1_000L + i, "k", "v"));

        assertThat(kcat("", "-Q", "-t", partition.topic() + ":0:1004").out()).contains("[0] offset 4");
        assertThat(kcat("", "-Q", "-t", partition.topic() + ":0:-1").out()).contains("[0] offset 10");
        assertThat(kcat("", "-Q", "-t", partition.topic() + ":0:-2").out()).contains("[0] offset 0");
    }

    @Test
    void readsAsAMemberOfAGroup() throws Exception {
        Records.sendNumbers(cluster.producer(), partition, 10);
        String group = Cluster.name("group");

        var first = kcat("", "-G", group, "-c", "10", "-q", "-X", "auto.offset.reset=earliest", partition.topic());
        assertThat(first.out().lines()).isEqualTo(numbers(10));

        Records.sendNumbers(cluster.producer(), partition, 3);
        var second = kcat("", "-G", group, "-c", "3", "-q", "-X", "auto.offset.reset=earliest", partition.topic());
        assertThat(second.out().lines()).isEqualTo(numbers(3));
    }

    private Program.Result kcat(String input, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("kcat", "-b", cluster.bootstrap()));
        line.addAll(List.of(arguments));
        var result = Program.run(Path.of("."), input, line);
        assertThat(result.status()).as(result.out() + result.err()).isZero();
        return result;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
