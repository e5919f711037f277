package io.weir.coordinator;

import static io.weir.coordinator.Groups.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;

/** What a scrape shows. */
final class MetricsTest {
    private static void produce(Fixture node, int partition, int count) {
        FakePartition log = node.partitions.add(new FakePartition(
                new TopicIdPartition(Fixture.ORDERS_ID, new TopicPartition(Fixture.ORDERS, partition)), 0));
        for (int i = 0; i < count; i++) {
            log.appendNow(
                    MemoryRecords.withRecords(
                            Compression.NONE,
                            new SimpleRecord(ByteBuffer.allocate(1).array())),
                    AppendOrigin.CLIENT,
                    (short) 0,
                    new io.weir.log.Partition.AppendListener() {
                        @Override
                        public void acknowledged() {}

                        @Override
                        public void failed(Exception cause) {}
                    });
        }
        Fixture.await(() -> log.highWatermark() == count);
    }

    private static Labels lagOf(String group, int partition) {
        return Labels.of("group", group, "topic", Fixture.ORDERS, "partition", String.valueOf(partition));
    }

    @Test
    void lagIsWhatAGroupHasYetToRead() throws Exception {
        try (Fixture node = Fixture.ready()) {
            produce(node, 0, 10);
            node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 4));
            // Nobody here knows the end of partition 1.
            node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 1, 4));

            assertThat(node.gauge("weir_group_lag", lagOf("g", 0))).hasValue(6);
            assertThat(node.gauge("weir_group_lag", lagOf("g", 1))).isEmpty();
            assertThat(node.gauge("weir_group_lag_truncated", Labels.EMPTY)).hasValue(0);
        }
    }

    @Test
    void thereAreNoMoreLagSeriesThanAllowed() throws Exception {
        try (Fixture node = Fixture.ready(Map.of("weir.group.lag.max.series", 1))) {
            produce(node, 0, 10);
            node.send(OffsetCommitResponseData.class, commit("a", Fixture.ORDERS, 0, 4));
            node.send(OffsetCommitResponseData.class, commit("b", Fixture.ORDERS, 0, 5));
            assertThat(node.gauge("weir_group_lag", lagOf("a", 0))).hasValue(6);
            assertThat(node.gauge("weir_group_lag", lagOf("b", 0))).isEmpty();
            assertThat(node.gauge("weir_group_lag_truncated", Labels.EMPTY)).hasValue(1);
        }
    }

    @Test
    void kafkasOwnMetricsAreShown() throws Exception {
        try (Fixture node = Fixture.ready()) {
            node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 4));
            // Kafka's coordinator answers before it counts.
            Fixture.await(
                    () -> node.gauge("weir_coordinator_offsets", Labels.EMPTY).orElse(0) == 1);
            assertThat(node.gauge("weir_coordinator_num_partitions", Labels.of("state", "active")))
                    .hasValue(1);
            assertThat(node.gauge("weir_coordinator_consumer_group_count", Labels.of("state", "Stable")))
                    .isPresent();
            assertThat(node.gauge("weir_coordinator_classic_group_count", Labels.of("state", "Empty")))
                    .isPresent();
        }
    }
}
