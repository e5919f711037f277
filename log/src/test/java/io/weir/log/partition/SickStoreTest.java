package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.await;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.idempotent;
import static io.weir.log.partition.LogFixture.produce;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.apache.kafka.common.utils.Time;
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
        NodeLogConfig d = NodeLogConfig.defaults();
        return new NodeLogConfig(
                new CommitLogConfig(4096, 4096, Duration.ofMillis(5), Duration.ofMillis(50), 100),
                d.commitLogMaxBytes(),
                bytes,
                d.segmentFlushBytes(),
                d.segmentFlushInterval(),
                d.readCacheSegments(),
                d.indexIntervalBytes(),
                d.maxWaitingAppends(),
                d.producerIdExpiration(),
                d.maxTransactionTimeoutMs(),
                d.retentionCheckInterval(),
                d.orphanAge(),
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
}
