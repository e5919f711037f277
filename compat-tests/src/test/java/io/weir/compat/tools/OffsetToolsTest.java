package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.tools.DeleteRecordsCommand;
import org.apache.kafka.tools.GetOffsetShell;
import org.apache.kafka.tools.LogDirsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafka-get-offsets.sh}, {@code kafka-delete-records.sh} and {@code kafka-log-dirs.sh}. */
@ExtendWith(SharedServer.class)
class OffsetToolsTest {
    private final Cluster cluster;
    private final String topic;

    OffsetToolsTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(2);
        Records.sendNumbers(cluster.producer(), new TopicPartition(topic, 0), 30);
    }

    @Test
    void printsOffsetsByTime() throws Exception {
        assertThat(offsets("latest")).contains(topic + ":0:30", topic + ":1:0");
        assertThat(offsets("earliest")).contains(topic + ":0:0", topic + ":1:0");
        assertThat(offsets("max-timestamp")).anyMatch(l -> l.matches(topic + ":0:[0-9]+"));
        assertThat(offsets("0")).contains(topic + ":0:0");
        assertThat(offsets("earliest-local")).contains(topic + ":0:0");
    }

    @Test
    void deletesRecordsBelowAnOffset(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("offsets.json");
        Files.writeString(
                file,
                "{\"version\": 1, \"partitions\": [{\"topic\": \"" + topic + "\", \"partition\": 0, \"offset\": 12}]}");

        var deleted =
                new Tool(DeleteRecordsCommand::main).run(Arguments.of(cluster, "--offset-json-file", file.toString()));

        assertThat(deleted.status()).isZero();
        assertThat(deleted.out()).contains("partition: " + topic + "-0\tlow_watermark: 12");
        assertThat(offsets("earliest")).contains(topic + ":0:12");
    }

    @Test
    void describesLogDirectories() throws Exception {
        var described = new Tool(LogDirsCommand::main).run(Arguments.of(cluster, "--describe", "--topic-list", topic));

        assertThat(described.status()).isZero();
        assertThat(described.out())
                .contains("Received log directory information from brokers")
                .contains("\"partition\":\"" + topic + "-0\"")
                .contains("\"error\":null");
    }

    private List<String> offsets(String time) throws Exception {
        var result = new Tool(GetOffsetShell::main).run(Arguments.of(cluster, "--topic", topic, "--time", time));
        assertThat(result.status()).as(result.err()).isZero();
        return result.out().lines().toList();
    }
}
