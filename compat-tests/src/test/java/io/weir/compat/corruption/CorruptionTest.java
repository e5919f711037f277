package io.weir.compat.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.ServerProcess;
import io.weir.compat.server.Settings;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Damages one file of a stopped server, starts it, and looks at what it serves. {@code -Dweir.test.corruption.rounds=N}
 * makes it longer, {@code -Dweir.test.seed=N} does the same damage again.
 */
@DisabledIfSystemProperty(
        named = "weir.test.bootstrap",
        matches = ".*",
        disabledReason = "damages its own server's files")
class CorruptionTest {
    private static final String GROUP = "corruption";
    private static final int RECORDS = 2_000;

    private final List<String> failures = new ArrayList<>();
    private final SplittableRandom random;
    private final long seed;
    private final Path data =
            Path.of("target", "data", "corruption-" + Uuid.randomUuid()).toAbsolutePath();
    private final Path pristine = data.resolveSibling(data.getFileName() + "-pristine");
    private final ServerProcess server = new ServerProcess("corruption", data, Settings.everythingSmall());

    CorruptionTest() {
        seed = Long.getLong("weir.test.seed", System.nanoTime());
        random = new SplittableRandom(seed);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void whatIsServedIsWhatWasWrittenAndWhatIsNotServedIsExplained() throws Exception {
        System.out.println("seed=" + seed);
        server.start();
        Set<TopicPartition> partitions = write();
        Contents written = Contents.read(server.bootstrap(), GROUP, partitions);
        assertThat(written.unreadable()).isEmpty();
        assertThat(written.records().values())
                .allSatisfy(records -> assertThat(records).hasSizeGreaterThanOrEqualTo(RECORDS));
        server.kill();
        copy(data, pristine);

        for (int round = 1; round <= Integer.getInteger("weir.test.corruption.rounds", 8); round++) {
            delete(data);
            copy(pristine, data);
            Damage damage = Damage.choose(data, random);
            damage.apply(data, random);
            round(damage, written);
        }
        assertThat(failures).as("seed=%d", seed).isEmpty();
    }

    private void round(Damage damage, Contents written) {
        int before = server.log().length();
        boolean started = server.tryStart();
        List<String> wrong;
        String served = "refused to start";
        if (started) {
            Contents contents =
                    Contents.read(server.bootstrap(), GROUP, written.records().keySet());
            served = "unreadable=" + contents.unreadable();
            server.kill();
            wrong = Verdict.onStart(damage, server.log().substring(before), written, contents);
        } else {
            wrong = Verdict.onRefusal(damage, server.log().substring(before));
        }
        System.out.println(damage + " " + served);
        if (!wrong.isEmpty()) {
            failures.add(damage + " " + served + ": " + wrong);
        }
    }

    /** Fills partitions with every codec, half of it before a restart; returns them. */
    private Set<TopicPartition> write() {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        try (Cluster cluster = new Cluster(server)) {
            for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                partitions.add(new TopicPartition(cluster.topicNamed("topic-" + codec, 1), 0));
            }
            writeHalf(cluster, partitions);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        server.stop();
        server.start();
        try (Cluster cluster = new Cluster(server)) {
            writeHalf(cluster, partitions);
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            partitions.forEach(p -> offsets.put(p, new OffsetAndMetadata(random.nextInt(RECORDS))));
            cluster.consumer("group.id", GROUP).commitSync(offsets);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return partitions;
    }

    private void writeHalf(Cluster cluster, Set<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            String codec = partition.topic().substring(partition.topic().indexOf('-') + 1);
            var producer = cluster.bytesProducer("compression.type", codec);
            Records.send(producer, RECORDS / 2, i -> {
                byte[] value = new byte[random.nextInt(500)];
                random.nextBytes(value);
                return new ProducerRecord<>(partition.topic(), 0, new byte[] {(byte) i}, value);
            });
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) throws IOException {
                Files.delete(path);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
