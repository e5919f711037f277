package io.weir.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.junit.jupiter.api.Test;

final class CoordinatorConfigTest {
    @Test
    void defaultsAreKafkasAndOurs() {
        CoordinatorConfig config = CoordinatorConfig.defaults();
        assertThat(config.groups().offsetsTopicPartitions()).isEqualTo(50);
        assertThat(config.groups().offsetsRetentionMs())
                .isEqualTo(Duration.ofDays(7).toMillis());
        assertThat(config.groups().classicGroupInitialRebalanceDelayMs()).isEqualTo(3_000);
        assertThat(config.compactionThresholdBytes()).isEqualTo(32 * 1024 * 1024);
        assertThat(config.compactionCheckInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.loadParallelism()).isEqualTo(4);
        assertThat(config.lagMaxSeries()).isEqualTo(10_000);
        assertThat(config.lagInterval()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void everyKeyIsRead() {
        CoordinatorConfig config = CoordinatorConfig.from(Map.of(
                "offsets.topic.num.partitions", "7",
                "offsets.retention.minutes", 3,
                "group.max.size", "9",
                "weir.offsets.compaction.threshold.bytes", "1000",
                "weir.offsets.compaction.check.interval.ms", "2000",
                "weir.offsets.load.parallelism", "2",
                "weir.group.lag.max.series", "5",
                "weir.group.lag.interval.ms", "100",
                "log.dirs", "not ours"));
        assertThat(config.groups().offsetsTopicPartitions()).isEqualTo(7);
        assertThat(config.groups().offsetsRetentionMs()).isEqualTo(180_000);
        assertThat(config.groups().classicGroupMaxSize()).isEqualTo(9);
        assertThat(config.compactionThresholdBytes()).isEqualTo(1_000);
        assertThat(config.compactionCheckInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.loadParallelism()).isEqualTo(2);
        assertThat(config.lagMaxSeries()).isEqualTo(5);
        assertThat(config.lagInterval()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void valuesOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> CoordinatorConfig.from(Map.of("offsets.topic.num.partitions", 0)))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> CoordinatorConfig.from(Map.of("weir.offsets.load.parallelism", 0)))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void whatIsNotServedCannotBeSet() {
        assertThat(CoordinatorConfig.settings().names())
                .contains("group.max.session.timeout.ms", "offset.metadata.max.bytes", "weir.group.lag.max.series")
                .noneMatch(name -> name.startsWith("group.share.") || name.startsWith("group.streams."))
                .doesNotContain("group.coordinator.rebalance.protocols");
    }

    @Test
    void theOffsetsTopicIsMadeAsConfigured() {
        CoordinatorConfig config =
                CoordinatorConfig.from(Map.of("offsets.topic.num.partitions", 7, "offsets.topic.segment.bytes", 1234));
        CreatableTopic topic =
                InternalTopics.createOffsetsTopic(config).topics().find(InternalTopics.OFFSETS);
        assertThat(topic.numPartitions()).isEqualTo(7);
        assertThat(topic.configs().find("cleanup.policy").value()).isEqualTo("compact");
        assertThat(topic.configs().find("segment.bytes").value()).isEqualTo("1234");
    }

    @Test
    void aGroupLivesWhereKafkaWouldPutIt() {
        assertThat(InternalTopics.coordinatorPartition("my-group", 50)).isEqualTo(12);
        // Integer.MIN_VALUE has no absolute value of its own.
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(InternalTopics.coordinatorPartition("polygenelubricants", 50))
                .isZero();
    }
}
