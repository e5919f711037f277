package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.await;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.id;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.log.ClusterNodes;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.TopicDurability;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.commitlog.CommitLogReader;
import io.weir.storage.memory.MemoryStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** A node whose commit log was taken over, and that still answers. */
class FencedOwnerTest {
    private final MemoryStore store = new MemoryStore(Time.SYSTEM);

    private static final class Everybody implements ClusterNodes {
        @Override
        public boolean alive(int nodeId, long brokerEpoch) {
            return true;
        }

        @Override
        public boolean exists(Uuid topicId) {
            return true;
        }

        @Override
        public boolean keepsHouse() {
            return false;
        }
    }

    private NodeLog node() {
        return new NodeLog(
                store,
                NodeLogConfig.defaults(),
                Time.SYSTEM,
                new PrometheusRegistry(),
                PooledByteBufAllocator.DEFAULT,
                LogFixture.BOOT,
                Optional.of(new Neighbours(
                        new Everybody(), (node, epochs) -> CompletableFuture.completedFuture(Map.of()))));
    }

    @Test
    void itDoesNotSayThatAllIsInSegmentsWhenOnlyItsCommitLogHasIt() throws Exception {
        try (NodeLog log = node()) {
            log.recover(1);
            log.start(1);
            Partition partition = get(log.own(id(0), 0, new LogConfig(Map.of()), TopicDurability.DURABLE));
            append(partition, records(1000, "acknowledged")).durable();
            ReplayedPartitions sealed = new ReplayedPartitions(key -> null);
            new CommitLogReader(store, PooledByteBufAllocator.DEFAULT, LogFixture.BOOT)
                    .replay(new CommitLogId(1, 1), sealed);
            append(partition, records(1000, "too late"));
            await(() -> partition.status().state() == State.FENCED);

            for (int asked = 0; asked < 2; asked++) {
                assertThatThrownBy(() -> log.release(id(0), 1).get(10, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining("taken over");
            }
            assertThat(sealed.seen()).hasSize(1);
        }
    }

    @Test
    void itDoesNotAnswerBeforeItsCommitLogHasBegun() {
        try (NodeLog log = node()) {
            log.recover(1);

            assertThat(log.release(id(0), 1)).isCompletedExceptionally();
        }
    }
}
