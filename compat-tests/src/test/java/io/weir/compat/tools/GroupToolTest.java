package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.tools.GroupsCommand;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-consumer-groups.sh} and {@code kafka-groups.sh}. */
@ExtendWith(SharedServer.class)
class GroupToolTest {
    private final Tool tool = new Tool(ConsumerGroupCommand::main);
    private final Cluster cluster;
    private final String group = Cluster.name("group");
    private final TopicPartition partition;

    GroupToolTest(Cluster cluster) {
        this.cluster = cluster;
        this.partition = new TopicPartition(cluster.topic(1), 0);
    }

    /** A group that has read 30 of 50 records and left. */
    @BeforeEach
    void consume() {
        Records.sendNumbers(cluster.producer(), partition, 50);
        var consumer = cluster.consumer("group.id", group, "max.poll.records", "30", "client.id", "reader");
        consumer.subscribe(List.of(partition.topic()));
        Records.poll(consumer, 30);
        consumer.commitSync();
        consumer.close();
    }

    @Test
    void listsAndDescribesOffsetsAndLag() throws Exception {
        assertThat(run("--list").out().lines()).contains(group);
        assertThat(run("--list", "--state").out().lines()).anyMatch(l -> l.startsWith(group) && l.contains("Empty"));

        var described = run("--describe", "--group", group);
        assertThat(described.status()).isZero();
        assertThat(described.err()).contains("has no active members");
        assertThat(columns(described.out())).startsWith(group, partition.topic(), "0", "30", "50", "20", "-");
        assertThat(columns(run("--describe", "--group", group, "--state").out()))
                .contains("Empty", "0");
    }

    @Test
    void describesMembers() throws Exception {
        var consumer = cluster.consumer("group.id", group, "group.protocol", "consumer", "client.id", "reader");
        consumer.subscribe(List.of(partition.topic()));
        Records.poll(consumer, 20);
        consumer.poll(Duration.ofMillis(500));

        var members = run("--describe", "--group", group, "--members", "--verbose");
        assertThat(columns(members.out())).contains(group, "/127.0.0.1", "reader", "1", partition.topic() + ":0");
        assertThat(columns(run("--describe", "--group", group).out())).contains("/127.0.0.1", "reader");
    }

    @Test
    void resetsOffsets() throws Exception {
        assertThat(reset("--to-offset", "7")).isEqualTo("7");
        assertThat(reset("--shift-by", "5")).isEqualTo("12");
        assertThat(reset("--to-earliest")).isEqualTo("0");
        assertThat(reset("--to-latest")).isEqualTo("50");
        assertThat(reset("--to-datetime", "2020-01-01T00:00:00.000")).isEqualTo("0");
        assertThat(reset("--by-duration", "PT1H")).isEqualTo("0");
        assertThat(columns(run("--describe", "--group", group).out()))
                .startsWith(group, partition.topic(), "0", "0", "50", "50");

        run("--reset-offsets", "--group", group, "--topic", partition.topic(), "--to-latest", "--dry-run");
        assertThat(columns(run("--describe", "--group", group).out())).contains("0", "50");
    }

    @Test
    void deletesOffsetsAndGroups() throws Exception {
        var offsets = run("--delete-offsets", "--group", group, "--topic", partition.topic());
        assertThat(offsets.out()).contains("Request succeeded for deleting offsets from group " + group);

        var deleted = run("--delete", "--group", group);
        assertThat(deleted.out()).contains("Deletion of requested consumer groups ('" + group + "') was successful.");

        var again = run("--delete", "--group", group);
        assertThat(again.out()).contains("could not be deleted").contains("GroupIdNotFoundException");
    }

    @Test
    void theToolForEveryKindOfGroupListsItToo() throws Exception {
        var listed = new Tool(GroupsCommand::main).run(Arguments.of(cluster, "--list"));

        assertThat(listed.status()).isZero();
        assertThat(listed.out().lines()).anyMatch(l -> l.startsWith(group) && l.contains("Classic"));
    }

    private String reset(String... to) throws Exception {
        var result = run(Stream.concat(
                        Stream.of("--reset-offsets", "--group", group, "--topic", partition.topic(), "--execute"),
                        Stream.of(to))
                .toArray(String[]::new));
        assertThat(result.status()).as(result.err()).isZero();
        return columns(result.out()).get(3);
    }

    private Tool.Result run(String... arguments) throws Exception {
        return tool.run(Arguments.of(cluster, arguments));
    }

    /** Returns the words of the line that begins with the group's name. */
    private List<String> columns(String table) {
        return table.lines()
                .filter(l -> l.startsWith(group))
                .findFirst()
                .map(l -> List.of(l.trim().split("[ ,]+")))
                .orElseThrow(() -> new AssertionError("no line of the group in:\n" + table));
    }
}
