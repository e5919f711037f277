package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumeCommandTest {
    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    private final FakeClients clients = new FakeClients();

    @BeforeEach
    void aTopicOfTwoPartitions() {
        topic(clients);
        clients.consumer.schedulePollTask(() -> records(clients));
    }

    private static void topic(FakeClients clients) {
        Node node = new Node(0, "localhost", 9092);
        clients.consumer.updatePartitions(
                "t",
                List.of(
                        new PartitionInfo("t", 0, node, new Node[] {node}, new Node[] {node}),
                        new PartitionInfo("t", 1, node, new Node[] {node}, new Node[] {node})));
        clients.consumer.updateBeginningOffsets(new HashMap<>(Map.of(P0, 0L, P1, 0L)));
        clients.consumer.updateEndOffsets(new HashMap<>(Map.of(P0, 3L, P1, 1L)));
    }

    private static void records(FakeClients clients) {
        clients.consumer.addRecord(record(0, 0, "a", "one"));
        clients.consumer.addRecord(record(0, 1, null, "two"));
        clients.consumer.addRecord(record(0, 2, "c", null));
    }

    @Test
    void valuesArePrintedUntilNothingComes() {
        CommandRun run = run("consume", "t", "--timeout-idle", "1s");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("one\ntwo\nnull\n");
        assertThat(clients.properties)
                .containsEntry("enable.auto.commit", "false")
                .doesNotContainKey("group.id");
        assertThat(clients.consumer.closed()).isTrue();
    }

    @Test
    void itStopsAfterAsManyAsAskedFor() {
        assertThat(run("consume", "t", "-n", "2").out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void columnsComeBeforeTheValueInOneOrder() {
        assertThat(run("consume", "t", "-n", "1", "--show", "key,topic,offset,partition,timestamp,headers")
                        .out())
                .isEqualTo("t\t0\t0\t5000\ta\th=x\tone\n");
    }

    @Test
    void aFormatSaysEverything() {
        assertThat(run("consume", "t", "-n", "2", "--format", "%t-%p@%o %k=%v %T %h%%\\n")
                        .out())
                .isEqualTo("t-0@0 a=one 5000 h=x%\nt-0@1 null=two 5000 h=x%\n");
    }

    @Test
    void programsGetOneDocumentALine() {
        assertThat(run("consume", "t", "-n", "2", "--json").out())
                .isEqualTo("{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestampMs\":5000,\"key\":\"a\","
                        + "\"value\":\"one\",\"headers\":[{\"key\":\"h\",\"value\":\"x\"}]}\n"
                        + "{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"timestampMs\":5000,\"key\":null,"
                        + "\"value\":\"two\",\"headers\":[{\"key\":\"h\",\"value\":\"x\"}]}\n");
    }

    @Test
    void bytesThatAreNoTextAreGivenInBase64() {
        clients.consumer.schedulePollTask(() -> clients.consumer.addRecord(new ConsumerRecord<>(
                "t",
                1,
                0,
                5000,
                TimestampType.CREATE_TIME,
                0,
                2,
                null,
                new byte[] {(byte) 0xff, 0},
                new RecordHeaders(),
                Optional.empty())));

        assertThat(run("consume", "t", "--partition", "0,1", "--timeout-idle", "1s", "--json")
                        .out())
                .contains("\"partition\":1,\"offset\":0,\"timestampMs\":5000,\"key\":null,\"valueBase64\":\"/wA=\"");
    }

    @Test
    void anOffsetIsWhereReadingBegins() {
        assertThat(run("consume", "t", "--partition", "0", "--from", "1", "--timeout-idle", "1s")
                        .out())
                .isEqualTo("two\nnull\n");
    }

    @Test
    void aNegativeOffsetCountsFromTheEnd() {
        assertThat(run("consume", "t", "--partition", "0", "--from", "-1", "--timeout-idle", "1s")
                        .out())
                .isEqualTo("null\n");
    }

    @Test
    void aMemberOfAGroupCommitsWhatItHasPrintedAndNoMore() {
        FakeClients grouped = new FakeClients();
        topic(grouped);
        grouped.consumer.schedulePollTask(() -> grouped.consumer.rebalance(List.of(P0, P1)));
        grouped.consumer.schedulePollTask(() -> records(grouped));

        CommandRun run = CommandRun.of(grouped, "", "consume", "t", "-g", "g", "-n", "2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("one\ntwo\n");
        assertThat(grouped.properties).containsEntry("group.id", "g").containsEntry("auto.offset.reset", "earliest");
        assertThat(grouped.committed).containsExactly(Map.entry(P0, 2L));
    }

    @Test
    void anUnknownTopicOrPartitionIsAFailure() {
        assertThat(CommandRun.of(new FakeClients(), "", "consume", "none").exitCode())
                .isEqualTo(1);
        CommandRun run = run("consume", "t", "--partition", "7");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("t-7");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(clients, "", arguments);
    }

    private static ConsumerRecord<byte[], byte[]> record(
            int partition, long offset, @Nullable String key, @Nullable String value) {
        return new ConsumerRecord<>(
                "t",
                partition,
                offset,
                5000,
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(List.of(new RecordHeader("h", "x".getBytes(StandardCharsets.UTF_8)))),
                Optional.empty());
    }
}
