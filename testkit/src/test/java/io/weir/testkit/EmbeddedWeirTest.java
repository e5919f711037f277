package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedWeirTest {
    enum Place {
        MEMORY,
        TEMPORARY_DIRECTORY;

        EmbeddedWeir.Builder builder() {
            return this == MEMORY
                    ? EmbeddedWeir.builder()
                    : EmbeddedWeir.builder().inTemporaryDirectory();
        }
    }

    @Test
    void twoAtATimeServeTheirOwnClients() throws ExecutionException, InterruptedException {
        try (EmbeddedWeir one = EmbeddedWeir.inMemory();
                EmbeddedWeir two = EmbeddedWeir.inMemory()) {
            Clients.produce(one.bootstrapServers(), "t", "for one");
            Clients.produce(two.bootstrapServers(), "t", "for two");
            assertThat(Clients.consume(one.bootstrapServers(), "t", 1)).containsExactly("for one");
            assertThat(Clients.consume(two.bootstrapServers(), "t", 1)).containsExactly("for two");
        }
    }

    @Test
    void topicsAreThereFromTheStartAndMadeLater() throws ExecutionException, InterruptedException {
        try (EmbeddedWeir weir = EmbeddedWeir.builder()
                .withTopic("orders", 6)
                .withSetting("auto.create.topics.enable", "false")
                .start()) {
            assertThat(Clients.partitions(weir.bootstrapServers(), "orders")).isEqualTo(6);
            weir.createTopic("later", 2);
            assertThat(Clients.partitions(weir.bootstrapServers(), "later")).isEqualTo(2);
            assertThatThrownBy(() -> weir.createTopic("orders", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("orders");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestartKeepsRecordsTopicsAndAddresses(Place place) throws ExecutionException, InterruptedException {
        try (EmbeddedWeir weir = place.builder().withTopic("orders", 3).start();
                KafkaProducer<String, String> producer = Clients.producer(weir.bootstrapServers())) {
            String address = weir.bootstrapServers();
            var http = weir.httpAddress();
            producer.send(new ProducerRecord<>("orders", 0, null, "before")).get();
            weir.restart();
            assertThat(weir.bootstrapServers()).isEqualTo(address);
            assertThat(weir.httpAddress()).isEqualTo(http);
            assertThat(Clients.partitions(address, "orders")).isEqualTo(3);
            // The very client that was there before.
            producer.send(new ProducerRecord<>("orders", 0, null, "after")).get();
            assertThat(Clients.consume(address, "orders", 2)).containsExactly("before", "after");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedOutlivesAKill(Place place) throws ExecutionException, InterruptedException {
        try (EmbeddedWeir weir = place.builder().withTopic("orders", 1).start()) {
            Clients.produce(weir.bootstrapServers(), "orders", "one", "two", "three");
            weir.kill();
            assertThat(weir.running()).isFalse();
            weir.restart();
            assertThat(weir.running()).isTrue();
            assertThat(Clients.consume(weir.bootstrapServers(), "orders", 3)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void aKillWritesNothingMoreAndAStopDoes(@TempDir Path directory)
            throws IOException, ExecutionException, InterruptedException {
        try (EmbeddedWeir weir = EmbeddedWeir.builder().inDirectory(directory).start()) {
            Clients.produce(weir.bootstrapServers(), "t", "one");
            List<Path> before = files(directory.resolve("wal"));
            weir.kill();
            assertThat(files(directory.resolve("wal"))).isNotEmpty().isEqualTo(before);
            weir.restart();
            Clients.produce(weir.bootstrapServers(), "t", "two");
            List<Path> again = files(directory.resolve("wal"));
            weir.stop();
            // The mark that says where the commit log ends.
            assertThat(files(directory.resolve("wal"))).hasSizeGreaterThan(again.size());
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void aChosenDirectoryStaysAndATemporaryOneGoes(@TempDir Path directory)
            throws IOException, ExecutionException, InterruptedException {
        try (EmbeddedWeir weir = EmbeddedWeir.builder().inDirectory(directory).start()) {
            Clients.produce(weir.bootstrapServers(), "t", "kept");
        }
        try (EmbeddedWeir weir = EmbeddedWeir.builder().inDirectory(directory).start()) {
            assertThat(Clients.consume(weir.bootstrapServers(), "t", 1)).containsExactly("kept");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isNotEmpty();
        }
        WeirDirectory temporary = WeirDirectory.temporary();
        Files.createDirectories(temporary.path().resolve("a/b"));
        Files.writeString(temporary.path().resolve("a/b/c"), "c");
        temporary.close();
        assertThat(temporary.path()).doesNotExist();
        temporary.close();
    }

    @Test
    void aWrongSettingIsNamedAndLeavesNoLock(@TempDir Path directory) {
        EmbeddedWeir.Builder builder = EmbeddedWeir.builder().inDirectory(directory);
        assertThatThrownBy(() -> builder.withSetting("weir.no.such", "1").start())
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("weir.no.such");
        try (EmbeddedWeir weir = EmbeddedWeir.builder().inDirectory(directory).start()) {
            assertThat(weir.running()).isTrue();
        }
    }
}
