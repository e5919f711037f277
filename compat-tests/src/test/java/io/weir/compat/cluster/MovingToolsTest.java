package io.weir.compat.cluster;

import static io.weir.compat.cluster.SecuredCluster.BROKER;
import static io.weir.compat.cluster.SecuredCluster.FIRST;
import static io.weir.compat.cluster.SecuredCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import io.weir.compat.tools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.tools.LeaderElectionCommand;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.reassign.ReassignPartitionsCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafka-reassign-partitions.sh}, {@code kafka-leader-election.sh} and what {@code kafka-topics.sh} shows of it. */
@ExtendWith(SharedCluster.class)
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "starts a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "starts a cluster of its own")
class MovingToolsTest {
    private static final int RECORDS = 20;

    private final SecuredCluster cluster;
    private final Cluster clients;
    private final String topic = Cluster.name("moving");

    @TempDir
    Path directory;

    MovingToolsTest(SecuredCluster cluster) {
        this.cluster = cluster;
        this.clients = cluster.clients();
    }

    /** Two partitions, owned by the first node and by the second, which may each own the other's, too. */
    @BeforeEach
    void create() throws Exception {
        var created = topics(
                "--create",
                "--topic",
                topic,
                "--replica-assignment",
                FIRST + ":" + SECOND + "," + SECOND + ":" + FIRST);
        assertThat(created.status()).as(created.out()).isZero();
        awaitDescribed(0, FIRST, FIRST, SECOND);
        awaitDescribed(1, SECOND, FIRST, SECOND);
        Records.sendNumbers(clients.producer(), new TopicPartition(topic, 0), RECORDS);
    }

    @AfterEach
    void close() throws Exception {
        clients.close();
        if (!cluster.node(BROKER).isAlive()) {
            cluster.node(BROKER).start();
        }
    }

    @Test
    void partitionsGoWhereTheToolSendsThemAndBackAgain() throws Exception {
        Path topicsToMove = file("topics.json", "{\"topics\": [{\"topic\": \"" + topic + "\"}], \"version\": 1}");
        var generated = reassign(
                "--topics-to-move-json-file",
                topicsToMove.toString(),
                "--broker-list",
                SECOND + "," + BROKER,
                "--generate");
        assertThat(generated.status()).as(generated.out()).isZero();
        Path before = file("before.json", lineAfter(generated.out(), "Current partition replica assignment"));
        Path after = file("after.json", lineAfter(generated.out(), "Proposed partition reassignment configuration"));
        assertThat(Files.readString(before)).as("names the store").contains(cluster.store());

        execute(after, "--throttle", "1000000");
        awaitVerified(after, "Clearing broker-level throttles on brokers");
        for (int partition = 0; partition < 2; partition++) {
            int index = partition;
            Await.until(
                    "a move of " + partition,
                    () -> line(index).contains("Isr: " + SECOND + "," + BROKER)
                            || line(index).contains("Isr: " + BROKER + "," + SECOND));
        }
        assertThat(values()).as("nothing was lost on the way").isEqualTo(numbers());
        assertThat(reassign("--list").out()).contains("No partition reassignments found.");

        execute(before);
        awaitVerified(before, "completed successfully");
        awaitReplicas(0, FIRST, SECOND);
        awaitReplicas(1, SECOND, FIRST);
        assertThat(values()).isEqualTo(numbers());
    }

    @Test
    void whatDoesNotExistIsRefusedWithAWord() throws Exception {
        Path elsewhere = file("elsewhere.json", assignment(0, List.of(FIRST, 99), List.of("any", "any")));
        var unknown = reassign("--reassignment-json-file", elsewhere.toString(), "--execute");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.out()).contains("99");

        Path otherDisk = file("other.json", assignment(0, List.of(FIRST, SECOND), List.of("/another/disk", "any")));
        var moved = reassign("--reassignment-json-file", otherDisk.toString(), "--execute");
        assertThat(moved.status()).isEqualTo(1);
        assertThat(moved.out()).contains("log directory").contains("not found");
    }

    @Test
    void aBrokerThatIsAwayShowsAndItsPartitionsComeBackWhenOneSaysSo() throws Exception {
        String alone = Cluster.name("alone");
        assertThat(topics("--create", "--topic", alone, "--replica-assignment", "" + BROKER)
                        .status())
                .isZero();
        execute(file("in.json", assignment(0, List.of(BROKER, FIRST), List.of("any", "any"))));
        awaitReplicas(0, BROKER, FIRST);
        elect("preferred", 0, "Successfully completed leader election (PREFERRED) for partitions " + topic + "-0");
        awaitDescribed(0, BROKER, FIRST, BROKER);

        cluster.node(BROKER).kill();
        Await.until("another owner", () -> line(0).contains("Leader: " + FIRST));
        Await.until("every proxy sees that partition 0, and only that, lacks one", () -> {
            String lacking =
                    topics("--describe", "--under-replicated-partitions").out();
            return lacking.contains("Topic: " + topic + "\tPartition: 0")
                    && !lacking.contains("Topic: " + topic + "\tPartition: 1");
        });
        Await.until(
                "nobody owns " + alone,
                () -> topics("--describe", "--unavailable-partitions")
                        .out()
                        .contains("Topic: " + alone + "\tPartition: 0"));
        Await.until(
                "partition 0 has no more than it must",
                () -> topics("--describe", "--at-min-isr-partitions")
                        .out()
                        .contains("Topic: " + topic + "\tPartition: 0"));
        assertThat(topics("--describe", "--under-min-isr-partitions").out()).doesNotContain(topic);
        var unclean = election("unclean", "--topic", alone, "--partition", "0");
        assertThat(unclean.status()).isEqualTo(1);
        assertThat(unclean.out()).contains("Error completing leader election (UNCLEAN) for partition: " + alone + "-0");
        elect("unclean", 0, "Valid replica already elected for partitions " + topic + "-0");
        moveIsListedAndCancelled();

        cluster.node(BROKER).start();
        Await.until(
                "it is in sync again",
                () -> topics("--describe", "--under-replicated-partitions")
                        .out()
                        .isBlank());
        assertThat(line(0)).as("nobody gives it back").contains("Leader: " + FIRST);
        elect("preferred", 0, "Successfully completed leader election (PREFERRED) for partitions " + topic + "-0");
        awaitDescribed(0, BROKER, FIRST, BROKER);
        var all = election("preferred", "--all-topic-partitions");
        assertThat(all.status()).as(all.out() + all.err()).isZero();
        assertThat(election("unclean", "--all-topic-partitions").status()).isZero();
        assertThat(values()).isEqualTo(numbers());
    }

    /** To a node that is away, so that it does not end by itself. */
    private void moveIsListedAndCancelled() throws Exception {
        Admin admin = clients.admin();
        Cluster.get(admin.alterPartitionReassignments(Map.of(
                        new TopicPartition(topic, 1),
                        Optional.of(new NewPartitionReassignment(List.of(SECOND, BROKER)))))
                .all());
        String listed = "%s-1: replicas: %d,%d,%d. adding: %d. removing: %d."
                .formatted(topic, SECOND, BROKER, FIRST, BROKER, FIRST);
        assertThat(reassign("--list").out()).contains(listed);
        Path to = file("to.json", assignment(1, List.of(SECOND, BROKER), List.of("any", "any")));
        assertThat(reassign("--reassignment-json-file", to.toString(), "--verify")
                        .out())
                .contains("Reassignment of partition " + topic + "-1 is still in progress.");

        // It would clear those of the node that is away, too, and wait for it.
        var cancelled = reassign("--reassignment-json-file", to.toString(), "--cancel", "--preserve-throttles");
        assertThat(cancelled.status()).as(cancelled.out()).isZero();
        assertThat(cancelled.out()).contains("Successfully cancelled partition reassignment for: " + topic + "-1");
        awaitReplicas(1, SECOND, FIRST);
        assertThat(reassign("--reassignment-json-file", to.toString(), "--verify", "--preserve-throttles")
                        .out())
                .contains("There is no active reassignment of partition " + topic + "-1");
    }

    private void execute(Path plan, String... more) throws Exception {
        String[] words = Stream.concat(
                        Stream.of("--reassignment-json-file", plan.toString(), "--execute"), Stream.of(more))
                .toArray(String[]::new);
        var executed = reassign(words);
        assertThat(executed.status()).as(executed.out()).isZero();
        assertThat(executed.out()).contains("Successfully started partition reassignment");
    }

    private void awaitVerified(Path plan, String... alsoSaid) {
        Await.until("the tool says that " + plan + " is carried out", () -> {
            String said = reassign("--reassignment-json-file", plan.toString(), "--verify")
                    .out();
            return said.contains("is completed.")
                    && !said.contains("still in progress")
                    && Arrays.stream(alsoSaid).allMatch(said::contains);
        });
    }

    private void elect(String type, int partition, String said) throws Exception {
        var elected = election(type, "--topic", topic, "--partition", Integer.toString(partition));
        assertThat(elected.status()).as(elected.out() + elected.err()).isZero();
        assertThat(elected.out()).contains(said);
    }

    private void awaitDescribed(int partition, int leader, int... inSync) {
        Await.value(
                "owner " + leader + " of partition " + partition,
                () -> line(partition),
                line -> line.contains("Leader: " + leader + "\t")
                        && IntStream.of(inSync)
                                .allMatch(id ->
                                        line.substring(line.indexOf("Isr: ")).contains(Integer.toString(id))));
    }

    private void awaitReplicas(int partition, int... replicas) {
        String words = "Replicas: "
                + String.join(
                        ",", IntStream.of(replicas).mapToObj(Integer::toString).toList())
                + "\t";
        Await.value(words, () -> line(partition), line -> line.contains(words));
    }

    /** As {@code kafka-topics.sh} describes a partition. */
    private String line(int partition) throws Exception {
        return topics("--describe", "--topic", topic)
                .out()
                .lines()
                .filter(line -> line.contains("Partition: " + partition + "\t"))
                .findFirst()
                .orElseThrow();
    }

    private List<String> values() {
        return Records.valuesOf(clients.consumer(), new TopicPartition(topic, 0), RECORDS);
    }

    private static List<String> numbers() {
        return IntStream.range(0, RECORDS).mapToObj(Integer::toString).toList();
    }

    private String assignment(int partition, List<Integer> replicas, List<String> directories) {
        return String.format(
                Locale.ROOT,
                "{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":%d,\"replicas\":%s,\"log_dirs\":[%s]}]}",
                topic,
                partition,
                replicas,
                String.join(
                        ",",
                        directories.stream().map(name -> "\"" + name + "\"").toList()));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String lineAfter(String text, String heading) {
        List<String> lines = text.lines().toList();
        return lines.get(lines.indexOf(heading) + 1);
    }

    private Tool.Result topics(String... words) throws Exception {
        return new Tool(TopicCommand::main).run(ClusterArguments.of(cluster, words));
    }

    private Tool.Result reassign(String... words) throws Exception {
        return new Tool(ReassignPartitionsCommand::main).run(ClusterArguments.of(cluster, words));
    }

    private Tool.Result election(String type, String... words) throws Exception {
        String[] all = Stream.concat(Stream.of("--election-type", type), Stream.of(words))
                .toArray(String[]::new);
        return new Tool(LeaderElectionCommand::main).run(ClusterArguments.of(cluster, all));
    }
}
