package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.await;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.id;
import static io.weir.log.partition.LogFixture.idempotent;
import static io.weir.log.partition.LogFixture.produce;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.WeirException;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.TopicDurability;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class SegmentLifeTest {
    private final MemoryStore store = new MemoryStore(Time.SYSTEM);

    /** A cache that holds nothing clean for long, so that reads come from segments. */
    private LogFixture node(long epoch) {
        NodeLogConfig d = NodeLogConfig.defaults();
        return new LogFixture(
                store,
                epoch,
                new NodeLogConfig(
                        d.commitLog(),
                        0,
                        2_000,
                        d.segmentFlushBytes(),
                        d.segmentFlushInterval(),
                        10,
                        4096,
                        1000,
                        d.producerIdExpiration(),
                        d.maxTransactionTimeoutMs(),
                        d.retentionCheckInterval(),
                        java.time.Duration.ZERO,
                        d.letGoPatience(),
                        d.readCache()),
                LogFixture.BOOT);
    }

    private List<String> files(String prefix) {
        return store.list(prefix).stream().map(FileStatus::path).toList();
    }

    private static List<String> values(int from, int to) {
        List<String> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            values.add(i + "=v" + i);
        }
        return values;
    }

    private static void produceMany(Partition partition, int from, int to) {
        for (int i = from; i < to; i++) {
            append(partition, idempotent(5, i, "v" + i)).durable();
        }
    }

    @Test
    void recordsMoveFromTailToSegmentsAndAreReadFromBoth() {
        try (LogFixture node = node(10)) {
            Partition partition = node.own(0);
            produceMany(partition, 0, 40);
            node.log.flushAll();
            produceMany(partition, 40, 50);

            assertThat(consume(partition, 0)).isEqualTo(values(0, 50));
            assertThat(consume(partition, 17)).isEqualTo(values(17, 50));
            assertThat(files("topics/")).isNotEmpty();
            assertThat(get(partition.findByTimestamp(0, IsolationLevel.READ_UNCOMMITTED))
                            .orElseThrow()
                            .offset)
                    .isZero();
        }
        try (LogFixture node = node(11)) {
            Partition partition = node.own(0);
            assertThat(consume(partition, 0)).isEqualTo(values(0, 50));
            assertThat(append(partition, idempotent(5, 49, "v49")).durable().duplicate())
                    .isTrue();
            produceMany(partition, 50, 60);
            assertThat(partition.epochAt(3)).isEqualTo(3);
        }
    }

    @Test
    void producersAreRememberedFromTheFooterWhenTheCommitLogIsGone() {
        try (LogFixture node = node(10)) {
            Partition partition = node.own(0);
            produceMany(partition, 0, 5);
            node.log.flushAll();
        }
        try (LogFixture node = node(11)) {
            node.own(0);
            produce(node.own(1), "x");
            await(() -> {
                node.log.flushAll();
                return files("wal/1-10/").isEmpty();
            });
        }
        try (LogFixture node = node(12)) {
            Partition partition = node.own(0);
            assertThat(append(partition, idempotent(5, 4, "v4")).durable().duplicate())
                    .isTrue();
            assertThat(append(partition, idempotent(5, 5, "v5")).durable().firstOffset())
                    .isEqualTo(5);
        }
    }

    @Test
    void smallTailsShareAPackWhoseFileGoesWithItsLastPiece() {
        try (LogFixture node = node(10)) {
            List<Partition> partitions = List.of(node.own(0), node.own(1), node.own(2));
            partitions.forEach(partition -> produce(partition, "a", "b"));
            node.log.flushAll();
            assertThat(files("packs/")).hasSize(1);
            assertThat(files("topics/")).isEmpty();
            partitions.forEach(partition -> assertThat(consume(partition, 0)).containsExactly("0=a", "1=b"));
        }
        try (LogFixture node = node(11)) {
            assertThat(consume(node.own(1), 0)).containsExactly("0=a", "1=b");
            node.own(0);
            node.own(2);
            get(node.log.delete(id(0)));
            get(node.log.delete(id(2)));
            assertThat(files("packs/")).hasSize(1);
            get(node.log.delete(id(1)));
            assertThat(files("packs/")).isEmpty();
        }
    }

    @Test
    void aCompletePackThatWasCutOffIsDamageAndAnUnfinishedOneIsNot() {
        String pack;
        try (LogFixture node = node(10)) {
            List.of(node.own(0), node.own(1)).forEach(partition -> produce(partition, "a", "b"));
            node.log.flushAll();
            pack = files("packs/").getFirst();
        }
        byte[] good = read(pack);
        replace(pack, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(() -> node(11)).isInstanceOf(WeirException.class).hasMessageContaining(pack);

        replace(pack, good);
        replace("packs/1-10/00000000000000000001", Arrays.copyOf(good, 20));
        try (LogFixture node = node(12)) {
            assertThat(consume(node.own(0), 0)).containsExactly("0=a", "1=b");
            assertThat(files("packs/")).containsExactly(pack);
        }
    }

    @Test
    void retentionBySizeKeepsEnoughAndSurvivesARestart() {
        Map<String, String> config = Map.of("retention.bytes", "200", "retention.ms", "-1");
        try (LogFixture node = node(10)) {
            Partition partition = node.own(0, config, TopicDurability.DURABLE);
            for (int i = 0; i < 5; i++) {
                produceMany(partition, i, i + 1);
                produce(node.own(1), "x");
                node.log.flushAll();
            }
            node.log.maintain();
            assertThat(partition.logStartOffset()).isEqualTo(2);
            assertThat(partition.sizeBytes()).isBetween(200L, 300L);
            assertThat(consume(partition, 2)).isEqualTo(values(2, 5));
        }
        try (LogFixture node = node(11)) {
            assertThat(node.own(0, config, TopicDurability.DURABLE).logStartOffset())
                    .isEqualTo(2);
        }
    }

    @Test
    void retentionByTimeReachesTheTailAndOffsetsGoOnAfterEverythingExpired() {
        Map<String, String> config = Map.of("retention.ms", "3600000");
        long now = Time.SYSTEM.milliseconds();
        try (LogFixture node = node(10)) {
            Partition partition = node.own(0, config, TopicDurability.DURABLE);
            append(partition, records(now - 7_200_000, "old")).durable();
            node.log.flushAll();
            append(partition, records(now - 7_200_000, "old too")).durable();
            node.log.maintain();
            assertThat(partition.logStartOffset()).isEqualTo(2);
            assertThat(files("topics/")).isEmpty();
        }
        try (LogFixture node = node(11)) {
            Partition partition = node.own(0, config, TopicDurability.DURABLE);
            assertThat(partition.logStartOffset()).isEqualTo(2);
            append(partition, records(now, "new")).durable();
            assertThat(consume(partition, 2)).containsExactly("2=new");
        }
    }

    @Test
    void theNoteOfTheLogStartIsCarriedOnWhenItsCommitLogFileGoes() {
        try (LogFixture node = node(10)) {
            Partition partition = node.own(0);
            produceMany(partition, 0, 3);
            get(partition.deleteRecordsBefore(-1));
        }
        for (int life = 11; life < 14; life++) {
            try (LogFixture node = node(life)) {
                Partition partition = node.own(0);
                assertThat(partition.logStartOffset()).isEqualTo(3);
                produce(node.own(1), "x");
                int now = life;
                await(() -> {
                    node.log.flusher().work();
                    node.log.flushAll();
                    return files("wal/1-" + (now - 1) + "/").isEmpty();
                });
            }
        }
        try (LogFixture node = node(14)) {
            assertThat(produce(node.own(0), "d").firstOffset()).isEqualTo(3);
        }
    }

    @Test
    void whatNoTopicHasAnyMoreIsRemoved() {
        try (LogFixture node = node(10)) {
            produce(node.own(0), "a");
            node.log.flushAll();
            produce(node.own(0), "b");
        }
        try (LogFixture node = node(11)) {
            node.log.discardOrphans(Set.of(LogFixture.TOPIC));
            assertThat(files("topics/")).isNotEmpty();
            node.log.discardOrphans(Set.of(new Uuid(1, 1)));
            assertThat(files("topics/")).isEmpty();
        }
    }

    @Test
    void aDamagedSegmentIsNamedAndNothingElseIsServed() {
        try (LogFixture node = node(10)) {
            produceMany(node.own(0), 0, 5);
            node.log.flushAll();
            produceMany(node.own(0), 5, 8);
        }
        String path = files("topics/").getFirst();
        byte[] good = read(path);
        for (int at = 0; at < good.length; at += 7) {
            byte[] bad = good.clone();
            bad[at] ^= 0x20;
            replace(path, bad);
            assertServedOrRefused(path, 20 + at);
        }
        replace(path, Arrays.copyOf(good, good.length - 10));
        assertServedOrRefused(path, 20 + good.length);
    }

    @Test
    void aDamagedSegmentThatOthersFollowIsServedFromTheCommitLog() {
        try (LogFixture node = node(10)) {
            for (int from = 0; from < 9; from += 3) {
                produceMany(node.own(0), from, from + 3);
                node.log.flushAll();
            }
        }
        List<String> paths = files("topics/");
        assertThat(paths).hasSize(3);
        byte[] good = read(paths.getFirst());
        replace(paths.getFirst(), Arrays.copyOf(good, good.length - 10));
        for (long epoch = 11; epoch < 14; epoch++) {
            try (LogFixture node = node(epoch)) {
                assertThat(consume(node.own(0), 0)).isEqualTo(values(0, 9));
                node.log.flushAll();
            }
        }
        assertThat(files("topics/")).isEqualTo(paths.subList(0, 1));
    }

    private void assertServedOrRefused(String path, long epoch) {
        try (LogFixture node = node(epoch)) {
            Partition partition;
            try {
                partition = node.own(0);
            } catch (WeirException e) {
                assertThat(e.getMessage()).contains(path);
                assertThat(node.log
                                .find(id(0).topicPartition())
                                .orElseThrow()
                                .status()
                                .state())
                        .isEqualTo(State.FAILED);
                return;
            }
            try {
                assertThat(consume(partition, 0)).isEqualTo(values(0, 8));
            } catch (WeirException e) {
                assertThat(e.getMessage()).contains(path);
            }
            assertThatThrownBy(() -> append(partition, idempotent(5, 99, "v")).durable())
                    .isInstanceOf(RuntimeException.class);
        }
    }

    private byte[] read(String path) {
        try (ReadFile in = store.open(path)) {
            byte[] bytes = new byte[(int) in.lengthBytes()];
            in.readFully(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    private void replace(String path, byte[] content) {
        store.delete(path);
        try (AppendFile out = store.create(path)) {
            out.append(List.of(ByteBuffer.wrap(content)));
            out.seal();
        }
    }
}
