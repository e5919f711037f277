package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceCommandTest {
    @TempDir
    Path directory;

    private final FakeClients clients = new FakeClients();

    @Test
    void everyLineIsARecordWithTheKeyBeforeTheSeparator() {
        CommandRun run = run("a:1\nb:2:3\nplain\n\n", "produce", "t", "--key-separator", ":");

        assertThat(run.out()).isEqualTo("4 records acknowledged by topic t.\n");
        assertThat(sent()).containsExactly("a=1", "b=2:3", "null=plain", "null=");
    }

    @Test
    void messagesHeadersKeyAndPartitionComeFromOptions() {
        run("", "produce", "t", "-m", "x", "-m", "\u20ac", "-k", "k", "-H", "h=v=w", "--partition", "4");

        assertThat(sent()).containsExactly("k=x", "k=\u20ac");
        ProducerRecord<byte[], byte[]> first = clients.producer.history().getFirst();
        assertThat(first.partition()).isEqualTo(4);
        assertThat(first.headers().lastHeader("h").value()).isEqualTo("v=w".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileIsReadLineByLine() throws IOException {
        Path file = Files.writeString(directory.resolve("records"), "one\ntwo");

        run("not read", "produce", "t", "--file", file.toString());

        assertThat(sent()).containsExactly("null=one", "null=two");
    }

    @Test
    void generatedRecordsHaveTheWantedSizeAndARateIsPrinted() {
        CommandRun run = run("", "produce", "t", "--records", "7", "--size", "10");

        assertThat(clients.producer.history())
                .hasSize(7)
                .allSatisfy(record -> assertThat(record.value()).hasSize(10));
        assertThat(run.out())
                .startsWith("7 records acknowledged by topic t in ")
                .contains("records/s");
    }

    @Test
    void theProducersPropertiesFollowTheOptions() {
        run("", "produce", "t", "-m", "x", "--acks", "1", "-z", "lz4", "-P", "batch.size=5", "-P", "acks=0");

        assertThat(clients.properties)
                .containsEntry("acks", "0")
                .containsEntry("enable.idempotence", "false")
                .containsEntry("compression.type", "lz4")
                .containsEntry("batch.size", "5");
    }

    @Test
    void programsGetTheOffsets() {
        CommandRun run = run("", "produce", "t", "-m", "x", "-m", "y", "--json");

        assertThat(run.out())
                .startsWith("{\"topic\":\"t\",\"records\":2,\"elapsedMs\":")
                .endsWith("\"partitions\":[{\"partition\":0,\"records\":2,\"firstOffset\":0,\"lastOffset\":1}]}\n");
    }

    @Test
    void aRefusedRecordIsAFailureThatSaysHowManyWentThrough() {
        FakeClients refusing = new FakeClients();
        refusing.producer.sendException = new RecordTooLargeException("The record is 9 bytes too large.");

        CommandRun run = CommandRun.of(refusing, "x\n", "produce", "t");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("The record is 9 bytes too large.");
    }

    private CommandRun run(String input, String... arguments) {
        return CommandRun.of(clients, input, arguments);
    }

    private List<String> sent() {
        return clients.producer.history().stream()
                .map(record -> text(record.key()) + "=" + text(record.value()))
                .toList();
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
