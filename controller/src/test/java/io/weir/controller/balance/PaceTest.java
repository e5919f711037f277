package io.weir.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Uuid TOPIC = new Uuid(3, 4);
    private static final List<TopicPartition> BATCH = List.of(new TopicPartition("t", 0), new TopicPartition("t", 1));
    private static final long LATE = Duration.ofSeconds(3).toNanos();

    private final OwnerReports reports = new OwnerReports();
    private final Pace pace = new Pace(reports);
    private MetadataImage image = MetadataImage.EMPTY;
    private int owner = 1;

    PaceTest() {
        see(10, node(1), node(2), new TopicRecord().setName("t").setTopicId(TOPIC), partition(0), partition(1));
        heard(1, 10);
        heard(2, 10);
    }

    @Test
    void nothingIsWaitedForAtFirst() {
        assertThat(pace.isSettled(image, 0)).isTrue();
    }

    @Test
    void nextBatchWaitsUntilAllNodesActByTheOneBefore() {
        pace.sent(BATCH, image, 0);
        heard(1, 11);
        heard(2, 11);
        assertThat(pace.isSettled(image, 1)).as("no image shows it yet").isFalse();
        see(11, leader(0));
        assertThat(pace.isSettled(image, 1)).as("one of two partitions").isFalse();
        see(12, leader(1));
        assertThat(pace.isSettled(image, 1)).isFalse();
        heard(2, 12);
        assertThat(pace.isSettled(image, 1))
                .as("node 1 still acts by the old image")
                .isFalse();
        heard(1, 12);
        assertThat(pace.isSettled(image, 1)).isTrue();
        assertThat(pace.isSettled(image, 1)).as("and stays so").isTrue();
    }

    @Test
    void nodeThatIsSlowIsNotWaitedForForEver() {
        pace.sent(BATCH, image, 0);
        see(12, leader(0), leader(1));
        assertThat(pace.isSettled(image, 1)).isFalse();
        assertThat(pace.isSettled(image, LATE)).isTrue();
    }

    @Test
    void batchesGrowWhileEachTakesAMomentAndShrinkWhenOneTakesLong() {
        assertThat(pace.size(500, 0)).isEqualTo(32);
        assertThat(pace.size(5, 0)).isEqualTo(5);
        assertThat(sizeAfter(64, Duration.ofMillis(300))).isEqualTo(128);
        assertThat(sizeAfter(8, Duration.ofMillis(500)))
                .as("of few the number does not matter")
                .isEqualTo(32);
        assertThat(sizeAfter(64, Duration.ofMillis(800))).isEqualTo(64);
        assertThat(sizeAfter(128, Duration.ofSeconds(1))).isEqualTo(64);
        assertThat(sizeAfter(32, Duration.ofSeconds(1))).as("never fewer").isEqualTo(32);
        assertThat(pace.size(500, Duration.ofMinutes(1).toNanos()))
                .as("nothing has changed for a while")
                .isEqualTo(32);
    }

    private int sizeAfter(int partitions, Duration took) {
        List<TopicPartition> batch = IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition("t", i % 2))
                .toList();
        pace.sent(batch, image, 0);
        owner = 3 - owner;
        see(20, owner(0), owner(1));
        heard(1, 20);
        heard(2, 20);
        assertThat(pace.isSettled(image, took.toNanos())).isTrue();
        return pace.size(500, took.toNanos());
    }

    private PartitionChangeRecord owner(int index) {
        return leader(index).setLeader(owner);
    }

    @Test
    void whatTheControllerRefusedIsNotWaitedFor() {
        pace.sent(BATCH, image, 0);
        pace.failed();
        assertThat(pace.isSettled(image, 1)).isTrue();
    }

    @Test
    void whatAnotherLifeOfANodeSaidCountsForNothing() {
        reports.heard(new BrokerHeartbeatRequestData()
                .setBrokerId(1)
                .setBrokerEpoch(99)
                .setCurrentMetadataOffset(5));
        pace.sent(BATCH, image, 0);
        see(12, leader(0), leader(1));
        heard(2, 12);
        assertThat(pace.isSettled(image, 1)).isTrue();
    }

    private void heard(int node, long applied) {
        reports.heard(new BrokerHeartbeatRequestData()
                .setBrokerId(node)
                .setBrokerEpoch(node)
                .setCurrentMetadataOffset(applied));
    }

    private void see(long offset, ApiMessage... records) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        for (ApiMessage record : records) {
            delta.replay(record);
        }
        image = delta.apply(new MetadataProvenance(offset, 1, 1, true));
    }

    private static RegisterBrokerRecord node(int id) {
        return new RegisterBrokerRecord()
                .setBrokerId(id)
                .setBrokerEpoch(id)
                .setIncarnationId(new Uuid(id, id))
                .setFenced(false);
    }

    private static PartitionRecord partition(int index) {
        return new PartitionRecord()
                .setTopicId(TOPIC)
                .setPartitionId(index)
                .setReplicas(List.of(1, 2))
                .setIsr(List.of(1, 2))
                .setLeader(1)
                .setLeaderEpoch(0)
                .setPartitionEpoch(0)
                .setDirectories(List.of(DirectoryId.UNASSIGNED, DirectoryId.UNASSIGNED));
    }

    private static PartitionChangeRecord leader(int index) {
        return new PartitionChangeRecord()
                .setTopicId(TOPIC)
                .setPartitionId(index)
                .setLeader(2);
    }
}
