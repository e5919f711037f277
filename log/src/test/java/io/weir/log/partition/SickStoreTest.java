package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.await;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.idempotent;
import static io.weir.log.partition.LogFixture.produce;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.TopicDurability;
import io.weir.log.commitlog.CommitLogConfig;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import io.weir.storage.fault.Stall;
import io.weir.storage.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SickStoreTest {
    private FaultyStore store;

    @BeforeEach
    void makeStore() {
        store = new FaultyStore(new MemoryStore(Time.SYSTEM), new Random(1), delay -> {});
    }

    private static NodeLogConfig smallCache(long bytes) {
        return config(bytes, Duration.ofMinutes(1), NodeLogConfig.defaults().segmentFlushInterval());
    }

    private static NodeLogConfig config(long bytes, Duration failAfter, Duration housekeeping) {
        NodeLogConfig d = NodeLogConfig.defaults();
        return new NodeLogConfig(
                new CommitLogConfig(4096, 4096, Duration.ofMillis(5), failAfter, 100),
                d.commitLogMaxBytes(),
                bytes,
                d.segmentFlushBytes(),
                housekeeping,
                d.readCacheSegments(),
                d.indexIntervalBytes(),
                d.maxWaitingAppends(),
                d.producerIdExpiration(),
                d.maxTransactionTimeoutMs(),
                housekeeping,
                d.orphanAge(),
                d.letGoPatience(),
                d.readCache());
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "APPEND", "FLUSH"})
    void aFailureBeforeOrAfterItsEffectIsSurvivedInTheNextFile(Operation operation) {
        try (LogFixture node = LogFixture.open(store, 10)) {
            Partition partition = node.own(0);
            ScriptedFaults faults = new ScriptedFaults();
            store.use(faults);
            if (operation != Operation.CREATE) {
                produce(partition, "first");
            }
            faults.once(operation, "wal/", new Fault.Before());
            produce(partition, "a");
            faults.once(operation, "wal/", new Fault.After());
            produce(partition, "b");
            assertThat(faults.remaining()).isEqualTo(operation == Operation.CREATE ? 1 : 0);
        }
        store.heal();
        try (LogFixture node = LogFixture.open(store, 11)) {
            List<String> values = consume(node.own(0), 0);
            assertThat(values.subList(values.size() - 2, values.size()))
                    .allMatch(value -> value.endsWith("=a") || value.endsWith("=b"));
            assertThat(values).hasSize(operation == Operation.CREATE ? 2 : 3);
        }
    }

    @Test
    void anAppendThatIsRepeatedWhileTheFirstIsNotDurableIsAcknowledgedWithIt() throws InterruptedException {
        try (LogFixture node = LogFixture.open(store, 10)) {
            Partition partition = node.own(0);
            produce(partition, "x");
            LogFixture.Pending first;
            LogFixture.Pending second;
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                first = append(partition, idempotent(5, 0, "a"));
                assertThat(stall.awaitArrival(Duration.ofSeconds(10))).isTrue();
                second = append(partition, idempotent(5, 0, "a"));
                assertThat(second.appended().join().duplicate()).isTrue();
                assertThat(second.acknowledged()).isNotDone();
                assertThat(partition.highWatermark())
                        .as("not durable, not readable")
                        .isEqualTo(1);
            }
            first.durable();
            second.durable();
            assertThat(consume(partition, 0)).containsExactly("0=x", "1=a");
        }
    }

    @Test
    void bufferedTopicsAreAcknowledgedBeforeTheyAreDurableWithinTheWindow() throws InterruptedException {
        try (LogFixture node = new LogFixture(store, 10, smallCache(1 << 20), LogFixture.BOOT)) {
            Partition partition = node.own(0, Map.of(), TopicDurability.BUFFER);
            produce(partition, "x");
            await(() -> node.log.window().openBytes() == 0);
            LogFixture.Pending beyondWindow;
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                append(partition, records(1000, "a")).durable();
                assertThat(stall.awaitArrival(Duration.ofSeconds(10))).isTrue();
                assertThat(partition.highWatermark()).isEqualTo(1);
                assertThat(node.log.window().openBytes()).isPositive();
                beyondWindow = append(partition, records(1000, "b"));
                assertThat(beyondWindow.acknowledged()).as("the window is full").isNotDone();
            }
            beyondWindow.durable();
            await(() -> node.log.window().openBytes() == 0);
        }
    }

    @Test
    void whenTheCacheIsFullAppendsWaitInOrderAndNothingIsDropped() throws InterruptedException {
        try (LogFixture node = new LogFixture(store, 10, smallCache(4000), LogFixture.BOOT)) {
            Partition partition = node.own(0);
            List<LogFixture.Pending> pending = new ArrayList<>();
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                for (int i = 0; i < 30; i++) {
                    pending.add(append(partition, idempotent(5, i, "v" + i)));
                }
                assertThat(stall.awaitArrival(Duration.ofSeconds(10))).isTrue();
                assertThat(node.log.gate().waiting()).isPositive();
                assertThat(node.log.cache().usedBytes()).isLessThanOrEqualTo(4000);
            }
            for (LogFixture.Pending one : pending) {
                one.durable();
            }
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                expected.add(i + "=v" + i);
            }
            assertThat(consume(partition, 0)).isEqualTo(expected);
        }
    }

    @Test
    void whoWaitsForLongIsToldSoAndNothingMoreIsTakenUntilTheStoreGetsOn() throws InterruptedException {
        NodeLogConfig config = config(1 << 20, Duration.ofMillis(300), Duration.ofMinutes(1));
        try (LogFixture node = new LogFixture(store, 10, config, LogFixture.BOOT)) {
            Partition partition = node.own(0);
            produce(partition, "x");
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                LogFixture.Pending first = append(partition, idempotent(5, 0, "a"));
                assertThat(stall.awaitArrival(Duration.ofSeconds(10))).isTrue();
                assertThatThrownBy(() -> get(first.acknowledged())).isInstanceOf(KafkaStorageException.class);
                LogFixture.Pending second = append(partition, idempotent(5, 1, "b"));
                assertThatThrownBy(() -> get(second.appended())).isInstanceOf(KafkaStorageException.class);
                assertThat(node.log.trouble().orElseThrow()).contains("the store has not answered");
                LogFixture.Pending again = append(partition, idempotent(5, 0, "a"));
                assertThat(get(again.appended()).duplicate()).isTrue();
                assertThatThrownBy(() -> get(again.acknowledged())).isInstanceOf(KafkaStorageException.class);
                assertThat(partition.logEndOffset()).as("b has no offset").isEqualTo(2);
            }
            await(() -> node.log.trouble().isEmpty());
            append(partition, idempotent(5, 0, "a")).durable();
            append(partition, idempotent(5, 1, "b")).durable();
            assertThat(consume(partition, 0)).containsExactly("0=x", "1=a", "2=b");
        }
    }

    @Test
    void whoWaitsForRoomThatSegmentsDoNotMakeIsToldSoToo() {
        NodeLogConfig config = config(4000, Duration.ofSeconds(3), Duration.ofMinutes(1));
        try (LogFixture node = new LogFixture(store, 10, config, LogFixture.BOOT)) {
            Partition partition = node.own(0);
            store.use((operation, path) -> path.startsWith("topics/") ? new Fault.Before() : Fault.NONE);
            List<LogFixture.Pending> pending = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                pending.add(append(partition, idempotent(5, i, "v" + i)));
            }
            assertThatThrownBy(() -> get(pending.getLast().appended())).isInstanceOf(KafkaStorageException.class);
            assertThat(node.log.trouble().orElseThrow()).contains("weir.tail.cache.bytes");
            store.heal();
            await(() -> node.log.gate().waiting() == 0);
            await(() -> node.log.trouble().isEmpty());
            for (int i = (int) partition.logEndOffset(); i < 30; i++) {
                append(partition, idempotent(5, i, "v" + i)).durable();
            }
            assertThat(consume(partition, 0)).hasSize(30).startsWith("0=v0").endsWith("29=v29");
        }
    }

    @Test
    void attemptsThatFailForHoursLeaveNoFiles() {
        try (LogFixture node = new LogFixture(store, 10, smallCache(1 << 20), LogFixture.BOOT)) {
            Partition partition = node.own(0);
            produce(partition, "x");
            AtomicInteger flushes = new AtomicInteger(100);
            store.use((operation, path) -> failing(flushes, operation == Operation.FLUSH, path));
            append(partition, records(1000, "a")).durable();
            AtomicInteger creations = new AtomicInteger(100);
            AtomicInteger flush = new AtomicInteger(1);
            store.use((operation, path) -> operation == Operation.CREATE
                    ? failing(creations, true, path)
                    : failing(flush, operation == Operation.FLUSH, path));
            append(partition, records(1000, "b")).durable();
            assertThat(List.of(flushes.get(), creations.get(), flush.get())).containsOnly(0);
            assertThat(store.list("wal/")).hasSizeLessThan(5);
            assertThat(node.log.commitLog().orElseThrow().files()).hasSizeLessThan(5);
        }
    }

    private static Fault failing(AtomicInteger left, boolean concerned, String path) {
        return concerned && path.startsWith("wal/") && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0
                ? new Fault.Before()
                : Fault.NONE;
    }

    @Test
    void retentionMakesRoomThoughSegmentsCannotBeWritten() {
        NodeLogConfig config = config(1 << 20, Duration.ofMinutes(1), Duration.ZERO);
        try (LogFixture node = new LogFixture(store, 10, config, LogFixture.BOOT)) {
            Partition partition = node.own(0, Map.of("retention.ms", "-1"), TopicDurability.DURABLE);
            produce(partition, "old");
            node.log.flushAll();
            assertThat(store.list("topics/")).hasSize(1);
            store.use((operation, path) ->
                    operation == Operation.CREATE && path.startsWith("topics/") ? new Fault.Before() : Fault.NONE);
            append(partition, records(Time.SYSTEM.milliseconds(), "new")).durable();
            partition.configure(new LogConfig(Map.of("retention.ms", "3600000")), TopicDurability.DURABLE);
            await(() -> partition.logStartOffset() == 1);
            await(() -> store.list("topics/").isEmpty());
        }
    }
}
