package io.weir.broker.ownership;

import static io.weir.broker.fake.FakeCluster.broker;
import static io.weir.broker.fake.FakeCluster.config;
import static io.weir.broker.fake.FakeCluster.defaultConfig;
import static io.weir.broker.fake.FakeCluster.elect;
import static io.weir.broker.fake.FakeCluster.partition;
import static io.weir.broker.fake.FakeCluster.remove;
import static io.weir.broker.fake.FakeCluster.topic;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.broker.BrokerConfig;
import io.weir.broker.fake.AskedPartitions;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.FakeCluster.Change;
import io.weir.broker.fake.ManualTimer;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.TopicDurability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final Uuid ORDERS = new Uuid(1, 1);
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);

    private final FakeCluster cluster = new FakeCluster();
    private final AskedPartitions partitions = new AskedPartitions();
    private final ManualTimer timer = new ManualTimer();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ImageSettings settings = new ImageSettings();
    private final Ownership ownership = new Ownership(
            1, partitions, settings, timer, new BrokerMetrics(registry, partitions, 10), BrokerConfig.defaults());

    @Test
    void opensWhatItLeadsAndNothingElse() {
        CompletableFuture<Void> settled = apply(
                broker(1),
                topic("orders", ORDERS),
                partition(ORDERS, 0, 1, 5),
                partition(ORDERS, 1, 2, 5),
                partition(ORDERS, 2, -1, 5));

        assertThat(settled).isCompleted();
        assertThat(partitions.asked).containsExactly("own orders-0 epoch 5");
        assertThat(partitions.get(FIRST).leaderEpoch()).isEqualTo(5);
    }

    @Test
    void internalTopicsAreOpenedToo() {
        Uuid id = new Uuid(3, 3);

        var _ = apply(topic("__consumer_offsets", id), partition(id, 0, 1, 0));

        assertThat(partitions.asked).containsExactly("own __consumer_offsets-0 epoch 0");
    }

    @Test
    void theFutureIsDoneWhenTheLastPartitionIsWritable() {
        partitions.slow = true;

        CompletableFuture<Void> settled =
                apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5), partition(ORDERS, 1, 1, 5));

        assertThat(settled).isNotDone();
        assertThat(partitions.asked).hasSize(2); // asked for side by side
        partitions.open();
        assertThat(settled).isCompleted();
    }

    @Test
    void theFutureDoesNotWaitForEver() {
        partitions.slow = true;
        CompletableFuture<Void> settled = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));

        timer.advanceClock(10_000);

        assertThat(settled).isCompleted();
        partitions.open();
        assertThat(partitions.get(FIRST).leaderEpoch()).isEqualTo(5);
    }

    @Test
    void aRisingEpochWithTheSameLeaderOpensAgain() {
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        partitions.asked.clear();

        var _ = apply(elect(ORDERS, 0, 1));

        assertThat(partitions.asked).containsExactly("own orders-0 epoch 6");
    }

    @Test
    void aChangeThatIsNotAboutLeadershipOpensNothing() {
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        partitions.asked.clear();

        var _ = apply(elect(ORDERS, 0, -2).setIsr(List.of(1))); // -2 is "no change" in the record

        assertThat(partitions.asked).isEmpty();
    }

    @Test
    void losingAndGainingLeadership() {
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5), partition(ORDERS, 1, 2, 5));
        partitions.asked.clear();

        var _ = apply(elect(ORDERS, 0, 2), elect(ORDERS, 1, 1));

        assertThat(partitions.asked).containsExactlyInAnyOrder("resign orders-0 epoch 6", "own orders-1 epoch 6");
        assertThat(ownership.owned()).extracting(id -> id.partition()).containsExactly(1);
        partitions.asked.clear();
        var _ = apply(elect(ORDERS, 0, -1));
        assertThat(partitions.asked).isEmpty();
    }

    @Test
    void whatWasTakenAwayAndGivenBackBetweenTwoImagesIsOpenedAgain() {
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        partitions.asked.clear();

        var _ = apply(elect(ORDERS, 0, 2), elect(ORDERS, 0, 1));

        assertThat(partitions.asked).containsExactly("own orders-0 epoch 7");
    }

    @Test
    void whatAnotherNodeHasTakenAlreadyIsLeftToItUntilMetadataSaysMore() {
        partitions.fault = new WeirException(FaultKind.FENCED, "let go for epoch 6");
        CompletableFuture<Void> settled = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        assertThat(settled).isCompleted();
        partitions.fault = null;
        partitions.asked.clear();

        timer.advanceClock(60_000);
        assertThat(partitions.asked).isEmpty();

        var _ = apply(elect(ORDERS, 0, 2), elect(ORDERS, 0, 1));
        assertThat(partitions.asked).containsExactly("own orders-0 epoch 7");
    }

    @Test
    void transitionsAreCountedByWhatAndWhy() {
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5), partition(ORDERS, 1, 1, 5));
        var _ = apply(elect(ORDERS, 0, 2), elect(ORDERS, 1, -1));
        var _ = apply(elect(ORDERS, 0, 1));

        assertThat(transitions("owned", "elected")).isEqualTo(3);
        assertThat(transitions("writable", "opened")).isEqualTo(3);
        assertThat(transitions("resigned", "moved")).isEqualTo(1);
        assertThat(transitions("resigned", "leaderless")).isEqualTo(1);
    }

    private double transitions(String to, String reason) {
        return registry.scrape("weir_partition_transitions"::equals).stream()
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .filter(point -> point.getLabels().equals(Labels.of("to", to, "reason", reason)))
                .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
                .sum();
    }

    @Test
    void aDeletedTopicIsDeletedByItsOwner() {
        var _ = apply(
                topic("orders", ORDERS),
                partition(ORDERS, 0, 1, 5),
                partition(ORDERS, 1, 2, 5),
                partition(ORDERS, 2, -1, 5).setReplicas(List.of(1, 2)),
                partition(ORDERS, 3, -1, 5).setReplicas(List.of(2, 1)));
        partitions.asked.clear();

        var _ = apply(remove(ORDERS));

        assertThat(partitions.asked).containsExactlyInAnyOrder("delete orders-0", "delete orders-2");
        assertThat(ownership.owned()).isEmpty();
    }

    @Test
    void aTopicThatIsMadeAnewIsDeletedFirst() {
        Uuid anew = new Uuid(2, 2);
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        partitions.asked.clear();

        var _ = apply(remove(ORDERS), topic("orders", anew), partition(anew, 0, 1, 0));

        assertThat(partitions.asked).containsExactly("delete orders-0", "own orders-0 epoch 0");
        assertThat(partitions.get(FIRST).id().topicId()).isEqualTo(anew);
    }

    @Test
    void settingsOfTheImageAtHandReachTheirPartitions() {
        var _ = apply(
                topic("orders", ORDERS),
                partition(ORDERS, 0, 1, 5),
                config("orders", "retention.ms", "1000"),
                config("orders", "weir.ack", "buffer"));
        assertThat(partitions.get(FIRST).config.retentionMs).isEqualTo(1_000);
        assertThat(partitions.get(FIRST).durability).isEqualTo(TopicDurability.BUFFER);

        var _ = apply(config("orders", "retention.ms", "2000"), config("orders", "weir.ack", "durable"));
        assertThat(partitions.get(FIRST).config.retentionMs).isEqualTo(2_000);
        assertThat(partitions.get(FIRST).durability).isEqualTo(TopicDurability.DURABLE);
    }

    @Test
    void changedDefaultsReachEveryTopicAndAreParsedOnceATopic() {
        var _ = apply(
                topic("orders", ORDERS),
                partition(ORDERS, 0, 1, 5),
                partition(ORDERS, 1, 1, 5),
                partition(ORDERS, 2, 2, 5));
        settings.parsed.set(0);

        var _ = apply(defaultConfig("retention.ms", "3000"));

        assertThat(partitions.get(FIRST).config.retentionMs).isEqualTo(3_000);
        assertThat(partitions.get(new TopicPartition("orders", 1)).config.retentionMs)
                .isEqualTo(3_000);
        assertThat(settings.parsed).hasValue(1);
    }

    @Test
    void aStoreThatIsAwayIsTriedAgainWithTheLatestSettings() {
        partitions.fault = new WeirException(FaultKind.UNAVAILABLE, "the store is away");
        CompletableFuture<Void> settled = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        assertThat(settled).isCompleted();
        var _ = apply(config("orders", "retention.ms", "1000"));

        partitions.fault = null;
        timer.advanceClock(1_000);

        assertThat(partitions.asked).containsExactly("own orders-0 epoch 5", "own orders-0 epoch 5");
        assertThat(partitions.get(FIRST).config.retentionMs).isEqualTo(1_000);
    }

    @Test
    void whatWasLostMeanwhileIsNotTriedAgain() {
        partitions.fault = new WeirException(FaultKind.UNAVAILABLE, "the store is away");
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        var _ = apply(elect(ORDERS, 0, 2));
        partitions.asked.clear();

        timer.advanceClock(60_000);

        assertThat(partitions.asked).isEmpty();
    }

    @Test
    void whatIsCorruptWaitsForPeople() {
        partitions.fault = new WeirException(FaultKind.CORRUPT, "segment 7 is damaged");
        CompletableFuture<Void> settled = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5));
        assertThat(settled).isCompleted();
        partitions.asked.clear();

        timer.advanceClock(60_000);

        assertThat(partitions.asked).isEmpty();
    }

    @Test
    void aWholeImageAtTheStart() {
        Uuid other = new Uuid(2, 2);
        var _ = apply(topic("orders", ORDERS), partition(ORDERS, 0, 1, 5), partition(ORDERS, 1, 1, 5));
        FakeCluster later = new FakeCluster();
        later.apply(
                topic("orders", ORDERS),
                partition(ORDERS, 0, 2, 9),
                partition(ORDERS, 1, 1, 7),
                topic("other", other),
                partition(other, 0, 1, 3));
        partitions.asked.clear();

        ownership.applyAll(later.image()).resultNow();

        assertThat(partitions.asked)
                .containsExactlyInAnyOrder("resign orders-0 epoch 9", "own orders-1 epoch 7", "own other-0 epoch 3");
        ownership.applyAll(MetadataImage.EMPTY).resultNow();
        assertThat(partitions.asked).contains("delete other-0", "delete orders-1");
    }

    @Test
    void aThousandFreshPartitionsAreAskedForAtOnce() {
        partitions.slow = true;
        List<ApiMessage> records = new ArrayList<>(List.of(topic("orders", ORDERS)));
        for (int i = 0; i < 1_000; i++) {
            records.add(partition(ORDERS, i, 1, 0));
        }

        CompletableFuture<Void> settled = apply(records.toArray(ApiMessage[]::new));

        assertThat(partitions.asked).hasSize(1_000);
        assertThat(settings.parsed).hasValue(1);
        partitions.open();
        assertThat(settled).isCompleted();
    }

    private CompletableFuture<Void> apply(ApiMessage... records) {
        Change change = cluster.apply(records);
        return ownership.apply(change.delta(), change.image());
    }

    /** Settings straight from the image: the topic's over those of all nodes. */
    private static final class ImageSettings implements TopicSettings {
        private final AtomicInteger parsed = new AtomicInteger();

        @Override
        public LogConfig logConfig(MetadataImage image, String topic) {
            parsed.incrementAndGet();
            Map<String, String> values = new HashMap<>(of(image, ConfigResource.Type.BROKER, ""));
            values.putAll(of(image, ConfigResource.Type.TOPIC, topic));
            values.remove("weir.ack");
            return new LogConfig(values);
        }

        @Override
        public TopicDurability durability(MetadataImage image, String topic) {
            String ack = of(image, ConfigResource.Type.TOPIC, topic).get("weir.ack");
            return "buffer".equals(ack) ? TopicDurability.BUFFER : TopicDurability.DURABLE;
        }

        private static Map<String, String> of(MetadataImage image, ConfigResource.Type type, String name) {
            return image.configs().configMapForResource(new ConfigResource(type, name));
        }
    }
}
