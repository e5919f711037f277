package io.weir.coordinator;

import static io.weir.coordinator.Groups.commit;
import static io.weir.coordinator.Groups.committed;
import static io.weir.coordinator.Groups.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.TopicDurability;
import io.weir.log.partition.NodeLog;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** The coordinator on the log that it is made for. */
final class NodeLogTest {
    private static final TopicIdPartition OFFSETS = new TopicIdPartition(Fixture.OFFSETS_ID, Fixture.OFFSETS_0);
    private static final Map<String, ?> SETTINGS = Map.of("weir.offsets.compaction.threshold.bytes", 10_000L);

    /** One life of a node over a store that outlives it. */
    private static final class Node implements AutoCloseable {
        final NodeLog log;
        final Fixture coordinator;

        Node(Store store, long brokerEpoch) throws Exception {
            log = new NodeLog(
                    store,
                    NodeLogConfig.defaults(),
                    Time.SYSTEM,
                    new PrometheusRegistry(),
                    PooledByteBufAllocator.DEFAULT,
                    new Uuid(1, 2),
                    java.util.Optional.empty());
            log.recover(FakeCluster.NODE);
            log.start(brokerEpoch);
            coordinator = new Fixture(SETTINGS, log);
            own(0);
            coordinator.apply(FakeCluster.topic(Fixture.ORDERS, Fixture.ORDERS_ID, 3, FakeCluster.NODE));
            coordinator.apply(FakeCluster.topic(InternalTopics.OFFSETS, Fixture.OFFSETS_ID, 1, FakeCluster.NODE));
        }

        Partition own(int epoch) throws Exception {
            return log.own(OFFSETS, epoch, new LogConfig(Map.of("cleanup.policy", "compact")), TopicDurability.DURABLE)
                    .get(20, TimeUnit.SECONDS);
        }

        void commitUntilTaken(String group, long offset) {
            Fixture.await(() -> {
                try {
                    return errorOf(coordinator.send(
                                    OffsetCommitResponseData.class, commit(group, Fixture.ORDERS, 0, offset)))
                            == 0;
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
            });
        }

        long committedWhenLoaded(String group) {
            long[] offset = new long[1];
            Fixture.await(() -> {
                try {
                    offset[0] = committed(coordinator, group, 0);
                    return true;
                } catch (RetriableException loading) {
                    return false;
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
            });
            return offset[0];
        }

        @Override
        public void close() {
            coordinator.close();
            log.close();
        }
    }

    @Test
    void offsetsOutliveTheProcess() throws Exception {
        Store store = new MemoryStore(Time.SYSTEM);
        try (Node first = new Node(store, 1)) {
            for (int offset = 1; offset <= 20; offset++) {
                first.commitUntilTaken("g", offset);
            }
        }
        try (Node second = new Node(store, 2)) {
            assertThat(second.committedWhenLoaded("g")).isEqualTo(20);
            second.commitUntilTaken("g", 21);
            second.log.flushAll();
        }
        try (Node third = new Node(store, 3)) {
            assertThat(third.committedWhenLoaded("g")).isEqualTo(21);
        }
    }

    @Test
    void aHigherEpochOfTheSameOwnerReadsTheSameLog() throws Exception {
        try (Node node = new Node(new MemoryStore(Time.SYSTEM), 1)) {
            node.commitUntilTaken("g", 5);
            node.own(1);
            node.coordinator.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
            assertThat(node.committedWhenLoaded("g")).isEqualTo(5);
            node.commitUntilTaken("g", 6);
            assertThat(node.committedWhenLoaded("g")).isEqualTo(6);
        }
    }

    @Test
    void aLogThatIsMostlyDeadIsRewritten() throws Exception {
        Store store = new MemoryStore(Time.SYSTEM);
        long end;
        try (Node first = new Node(store, 1)) {
            for (int offset = 1; offset <= 200; offset++) {
                first.commitUntilTaken("g" + offset % 3, offset);
            }
            end = first.own(0).logEndOffset();
        }
        try (Node second = new Node(store, 2)) {
            assertThat(second.committedWhenLoaded("g2")).isEqualTo(200);
            assertThat(second.own(0).logStartOffset()).isEqualTo(end);
            assertThat(second.own(0).logEndOffset()).isEqualTo(end + 3);
        }
        try (Node third = new Node(store, 3)) {
            assertThat(third.committedWhenLoaded("g0")).isEqualTo(198);
            assertThat(third.committedWhenLoaded("g1")).isEqualTo(199);
            assertThat(third.committedWhenLoaded("g2")).isEqualTo(200);
        }
    }
}
