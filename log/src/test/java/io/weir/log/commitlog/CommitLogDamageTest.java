package io.weir.log.commitlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCounted;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte of a commit log is flipped, and it is cut at every length: never other data, never a silent gap. */
class CommitLogDamageTest {
    private static final Uuid BOOT = new Uuid(3, 4);
    private static final Uuid OTHER_BOOT = new Uuid(5, 6);
    private static final List<String> ALL = List.of("0=a0", "1=a1", "2=a2");

    private static final class Sink implements LogEntry.Target {
        final CountDownLatch committed = new CountDownLatch(3);

        @Override
        public TopicIdPartition id() {
            return new TopicIdPartition(new Uuid(9, 9), 0, "t");
        }

        @Override
        public void committed(LogEntry entry) {
            committed.countDown();
        }

        @Override
        public void settled() {}

        @Override
        public void delayed(LogEntry entry, RuntimeException cause) {}

        @Override
        public void abandoned(LogEntry entry, RuntimeException cause) {}
    }

    /**
     * A store with a log of three groups; {@code clean} ends it as a shutdown does, else as a kill does.
     *
     * @param block with more than 1, the file has the blocks of an older, longer one
     */
    private static MemoryStore written(boolean clean, int block) throws InterruptedException {
        MemoryStore store = new MemoryStore(Time.SYSTEM, block);
        if (block > 1) {
            write(store, 9, 12, true);
            store.list("").forEach(file -> store.delete(file.path()));
        }
        write(store, 10, 3, clean);
        return store;
    }

    private static void write(MemoryStore store, long epoch, int groups, boolean clean) throws InterruptedException {
        CommitLog log = new CommitLog(
                store,
                CommitLogConfig.defaults(),
                new CommitLogMetrics(new PrometheusRegistry()),
                Time.SYSTEM,
                1,
                epoch,
                BOOT,
                false,
                List.of());
        log.start();
        for (int i = 0; i < groups; i++) {
            Sink sink = new Sink();
            ByteBuffer batch = MemoryRecords.withRecords(
                            i,
                            Compression.NONE,
                            new SimpleRecord(1000, null, ("a" + i).getBytes(StandardCharsets.UTF_8)))
                    .buffer();
            batch.putInt(12, 0);
            log.submit(LogEntry.data(sink, 0, i, i + 1, 1000, batch, null, null));
            while (sink.committed.getCount() == 3) {
                assertThat(sink.committed.await(1, TimeUnit.MILLISECONDS)).isFalse();
            }
        }
        if (clean) {
            log.close();
            return;
        }
        // The empty group that shows the last one to be whole.
        int block = store.createJournal("probe").blockBytes();
        while (block > 1 && log.sizeBytes() < (groups + 2L) * block) {
            Thread.onSpinWait();
        }
    }

    private record Outcome(List<String> records, List<String> damage, boolean refused) {}

    private static Outcome replay(MemoryStore store, Uuid boot) {
        List<String> records = new ArrayList<>();
        List<String> damage = new ArrayList<>();
        try {
            new CommitLogReader(store, PooledByteBufAllocator.DEFAULT, boot)
                    .replayNode(1, new CommitLogReader.Visitor() {
                        @Override
                        public void batch(
                                Uuid topicId,
                                int partition,
                                int leaderEpoch,
                                long baseOffset,
                                int offsetCount,
                                ByteBuffer payload,
                                ReferenceCounted owner,
                                CommitLogFile file) {
                            for (Record record :
                                    MemoryRecords.readableRecords(payload).records()) {
                                byte[] value = new byte[record.valueSize()];
                                record.value().get(value);
                                records.add(record.offset() + "=" + new String(value, StandardCharsets.UTF_8));
                            }
                        }

                        @Override
                        public void logStart(Uuid topicId, int partition, long offset, CommitLogFile file) {
                            records.add("log start " + offset);
                        }

                        @Override
                        public void packs(long brokerEpoch, long sequence) {
                            records.add("packs " + sequence);
                        }

                        @Override
                        public void damaged(Uuid topicId, int partition, long baseOffset, String what) {
                            damage.add(what);
                        }
                    });
        } catch (WeirException e) {
            assertThat(e.kind()).isEqualTo(FaultKind.CORRUPT);
            assertThat(e.getMessage()).contains("wal/1-10/0000");
            return new Outcome(records, damage, true);
        }
        return new Outcome(records, damage, false);
    }

    /** The same files with one changed. */
    private static MemoryStore with(MemoryStore original, String path, byte[] content) {
        MemoryStore copy = new MemoryStore(Time.SYSTEM);
        for (FileStatus file : original.list("")) {
            try (AppendFile out = copy.create(file.path())) {
                out.append(List.of(ByteBuffer.wrap(file.path().equals(path) ? content : read(original, file.path()))));
                out.seal();
            }
        }
        return copy;
    }

    private static byte[] read(MemoryStore store, String path) {
        try (ReadFile in = store.open(path)) {
            byte[] bytes = new byte[(int) in.lengthBytes()];
            in.readFully(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512})
    void anUndamagedLogIsReplayedWhole(int block) throws InterruptedException {
        assertThat(replay(written(true, block), BOOT)).isEqualTo(new Outcome(ALL, List.of(), false));
        assertThat(replay(written(false, block), BOOT)).isEqualTo(new Outcome(ALL, List.of(), false));
        assertThat(replay(written(false, block), OTHER_BOOT)).isEqualTo(new Outcome(ALL, List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512})
    void anyFlippedByteOfAClosedLogIsDetected(int block) throws InterruptedException {
        MemoryStore store = written(true, block);
        String data = store.list("wal/").getFirst().path();
        byte[] good = read(store, data);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Outcome outcome = replay(with(store, data, bad), OTHER_BOOT);
            assertThat(outcome.refused || !outcome.damage.isEmpty() || outcome.records.equals(ALL))
                    .as("byte %d: %s", at, outcome)
                    .isTrue();
            assertThat(ALL).as("byte %d", at).containsAll(outcome.records);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512})
    void aFlippedByteAfterAKillOfTheProcessIsDetectedToo(int block) throws InterruptedException {
        MemoryStore store = written(false, block);
        String data = store.list("wal/").getFirst().path();
        byte[] good = read(store, data);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x01;
            Outcome outcome = replay(with(store, data, bad), BOOT);
            assertThat(outcome.refused || !outcome.damage.isEmpty() || outcome.records.equals(ALL))
                    .as("byte %d: %s", at, outcome)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512})
    void aClosedLogThatIsCutIsRefusedAndAKilledOneKeepsWhatIsWhole(int block) throws InterruptedException {
        MemoryStore closed = written(true, block);
        MemoryStore killed = written(false, block);
        String data = closed.list("wal/").getFirst().path();
        byte[] good = read(closed, data);
        int end = block == 1 ? good.length : 4 * block;
        for (int length = 0; length < end; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThat(replay(with(closed, data, cut), BOOT).refused)
                    .as("closed, cut at %d", length)
                    .isTrue();
            Outcome outcome = replay(with(killed, data, cut), BOOT);
            assertThat(outcome.refused).as("killed, cut at %d", length).isFalse();
            assertThat(outcome.records).isEqualTo(ALL.subList(0, outcome.records.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512})
    void afterALossOfPowerGarbageBehindTheLastGroupIsATornTail(int block) throws InterruptedException {
        MemoryStore store = written(false, block);
        String data = store.list("wal/").getFirst().path();
        byte[] torn = java.util.Arrays.copyOf(read(store, data), read(store, data).length + 5000);
        assertThat(replay(with(store, data, torn), OTHER_BOOT)).isEqualTo(new Outcome(ALL, List.of(), false));
    }
}
