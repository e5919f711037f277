package io.weir.compat.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.compat.hostile.SmallDisk.Kind;
import io.weir.compat.server.ServerProcess;
import io.weir.compat.server.Settings;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.NodeView;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real process on a real file system that gets full, read-only or silent in mid-run, and is mended again. */
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs its own disk")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "Kafka stops on such a disk")
class SickDiskTest {
    enum Sickness {
        FULL,
        IMMUTABLE,
        SILENT
    }

    private Optional<SmallDisk> mounted = Optional.empty();
    private Optional<ServerProcess> started = Optional.empty();

    @AfterEach
    void end() throws IOException {
        if (mounted.isPresent()) {
            SmallDisk disk = mounted.get();
            disk.empty();
            started.ifPresent(ServerProcess::kill);
            disk.close();
        }
    }

    private SmallDisk disk(Kind kind) throws IOException, InterruptedException {
        mounted = SmallDisk.mount(kind);
        assumeTrue(mounted.isPresent(), "mounting a small file system needs root");
        return mounted.get();
    }

    private ServerProcess server(SmallDisk disk, boolean directIo) {
        Map<String, String> settings = new HashMap<>(Settings.everythingSmall());
        settings.put("weir.direct.io", Boolean.toString(directIo));
        ServerProcess server = new ServerProcess("sick-disk-" + Uuid.randomUuid(), disk.directory("data"), settings);
        started = Optional.of(server);
        return server;
    }

    private static void make(Sickness sickness, SmallDisk disk) {
        switch (sickness) {
            case FULL -> disk.fill();
            case IMMUTABLE -> disk.immutable("data", true);
            case SILENT -> disk.freeze();
        }
    }

    private static void mend(Sickness sickness, SmallDisk disk) {
        switch (sickness) {
            case FULL -> disk.empty();
            case IMMUTABLE -> disk.immutable("data", false);
            case SILENT -> disk.thaw();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FULL, EXT4, true, the disk is full",
        "FULL, TMPFS, false, the disk is full",
        "IMMUTABLE, EXT4, true, immutable",
        "SILENT, EXT4, false, has not answered"
    })
    void producersAreToldAndComeBackReadersGoOnAndNothingIsLost(
            Sickness sickness, Kind kind, boolean directIo, String said) throws Exception {
        SmallDisk disk = disk(kind);
        ServerProcess server = server(disk, directIo).start();
        TopicPartition numbered = new TopicPartition("numbers", 0);
        try (Cluster cluster = new Cluster(server);
                NodeView view = new NodeView(server.http())) {
            cluster.topicNamed("numbers", 1);
            cluster.topicNamed("other", 1);
            try (Numbers numbers = new Numbers(cluster.producer("delivery.timeout.ms", "180000"), numbered, 1_000);
                    var impatient = cluster.producer("retries", "0", "enable.idempotence", "false")) {
                numbers.awaitMore(1_000);
                make(sickness, disk);
                try {
                    whileItIsSick(cluster, view, numbers, numbered, impatient, said);
                } finally {
                    mend(sickness, disk);
                }
                Await.until("the store is well", () -> view.metric("weir_storage_sick") == 0);
                numbers.awaitMore(1_000);
                Cluster.get(impatient.send(new ProducerRecord<>("other", "taken")));
                cluster.topicNamed("later", 1);
                assertThat(server.isAlive()).isTrue();

                int sent = numbers.finish();
                assertThat(numbers.errors()).isEmpty();
                List<Integer> all = IntStream.range(0, sent).boxed().toList();
                assertThat(Numbers.read(cluster, numbered, sent)).isEqualTo(all);
                server.kill();
                server.start();
                assertThat(Numbers.read(cluster, numbered, sent)).isEqualTo(all);
                try (var consumer = cluster.consumer()) {
                    assertThat(consumer.endOffsets(List.of(numbered))).containsEntry(numbered, (long) sent);
                }
            }
        }
    }

    private static void whileItIsSick(
            Cluster cluster,
            NodeView view,
            Numbers numbers,
            TopicPartition numbered,
            KafkaProducer<String, String> impatient,
            String said)
            throws Exception {
        Await.until("the store is sick", () -> view.metric("weir_storage_sick") == 1);
        assertThat(view.readiness()).startsWith("503").contains("Storage: ", said);
        int acknowledged = numbers.acknowledged();
        assertThat(Numbers.read(cluster, numbered, acknowledged))
                .as("reads go on")
                .startsWith(0)
                .hasSizeGreaterThanOrEqualTo(acknowledged);
        // Commit log files that are kept for use again have room when the disk has none; until they are full, too.
        Await.until("a record is refused", () -> isRefused(impatient));
        assertThatThrownBy(() -> Cluster.get(cluster.admin()
                        .createTopics(
                                List.of(new NewTopic("not-now", 1, (short) 1)),
                                new CreateTopicsOptions().timeoutMs(2_000))
                        .all()))
                .as("metadata waits for room, too")
                .isInstanceOf(TimeoutException.class);
        assertThat(numbers.errors()).isEmpty();
    }

    private static boolean isRefused(KafkaProducer<String, String> impatient) throws Exception {
        try {
            Cluster.get(impatient.send(new ProducerRecord<>("other", "refused")));
            return false;
        } catch (KafkaStorageException e) {
            return true;
        }
    }

    @Test
    void aNodeDoesNotStartOnAFullDiskAndSaysWhy() throws Exception {
        SmallDisk disk = disk(Kind.EXT4);
        ServerProcess server = server(disk, true).start();
        TopicPartition numbered = new TopicPartition("numbers", 0);
        try (Cluster cluster = new Cluster(server)) {
            cluster.topicNamed("numbers", 1);
            try (Numbers numbers = new Numbers(cluster.producer(), numbered, 1_000)) {
                numbers.awaitMore(1_000);
                int sent = numbers.finish();
                server.kill();
                disk.fill();
                assertThat(server.tryStart()).isFalse();
                assertThat(server.exitStatus()).isBetween(1, 127);
                assertThat(server.log()).contains("Cannot ", "is full", "weir.data.dir");
                disk.empty();
                server.start();
                assertThat(Numbers.read(cluster, numbered, sent))
                        .isEqualTo(IntStream.range(0, sent).boxed().toList());
            }
        }
    }

    @Test
    void aMetadataLogThatFailsEndsTheProcess() throws Exception {
        SmallDisk disk = disk(Kind.EXT4);
        ServerProcess server = server(disk, true).start();
        String metadata = "data/metadata/__cluster_metadata-0/00000000000000000000.log";
        try (Cluster cluster = new Cluster(server)) {
            cluster.topicNamed("before", 1);
            disk.immutable(metadata, true);
            try {
                assertThatThrownBy(() -> Cluster.get(cluster.admin()
                                .createTopics(
                                        List.of(new NewTopic("broken", 1, (short) 1)),
                                        new CreateTopicsOptions().timeoutMs(2_000))
                                .all()))
                        .isInstanceOf(TimeoutException.class);
                Await.until("the end of the process", () -> !server.isAlive());
            } finally {
                disk.immutable(metadata, false);
            }
            assertThat(server.exitStatus()).isBetween(1, 127);
            assertThat(server.log()).contains("could not go on");
            server.start();
            cluster.topicNamed("after", 1);
        }
    }
}
