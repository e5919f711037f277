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
        assertThat(pace.mayContinue(image, 0)).isTrue();
    }

    @Test
    void nextBatchWaitsUntilAllNodesActByTheOneBefore() {
        pace.sent(BATCH, image, 0);
        heard(1, 11);
        heard(2, 11);
        assertThat(pace.mayContinue(image, 1)).as("no image shows it yet").isFalse();
        see(11, leader(0));
        assertThat(pace.mayContinue(image, 1)).as("one of two partitions").isFalse();
        see(12, leader(1));
        assertThat(pace.mayContinue(image, 1)).isFalse();
        heard(2, 12);
        assertThat(pace.mayContinue(image, 1))
                .as("node 1 still acts by the old image")
                .isFalse();
        heard(1, 12);
        assertThat(pace.mayContinue(image, 1)).isTrue();
        assertThat(pace.mayContinue(image, 1)).as("and stays so").isTrue();
    }

    @Test
    void nodeThatIsSlowIsNotWaitedForForEver() {
        pace.sent(BATCH, image, 0);
        see(12, leader(0), leader(1));
        assertThat(pace.mayContinue(image, 1)).isFalse();
        assertThat(pace.mayContinue(image, LATE)).isTrue();
    }

    @Test
    void batchesGrowWhileEachTakesAMomentAndShrinkWhenOneTakesLong() {
        assertThat(pace.size(500, 0)).isEqualTo(32);
        assertThat(pace.size(5, 0)).isEqualTo(5);
        assertThat(sizeAfter(64, Duration.ofMillis(300))).isEqualTo(128);
        assertThat(sizeAfter(8, Duration.ofMillis(800)))
                .as("of few the number does not matter")
                .isEqualTo(32);
        assertThat(sizeAfter(64, Duration.ofSeconds(1))).isEqualTo(64);
        assertThat(sizeAfter(128, Duration.ofMillis(1_500))).isEqualTo(64);
        assertThat(sizeAfter(32, Duration.ofMillis(1_500))).as("never fewer").isEqualTo(32);
        assertThat(pace.size(500, Duration.ofMinutes(1).toNanos()))
                .as("nothing has changed for a while")
                .isEqualTo(32);
    }

    private int sizeAfter(int partitions, Duration took) {
        pace.sent(batch(partitions), image, 0);
        owner = 3 - owner;
        see(20, owner(0), owner(1));
        heard(1, 20);
        heard(2, 20);
        assertThat(pace.mayContinue(image, took.toNanos())).isTrue();
        return pace.size(500, took.toNanos());
    }

    private static List<TopicPartition> batch(int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition("t", i % 2))
                .toList();
    }

    private PartitionChangeRecord owner(int index) {
        return leader(index).setLeader(owner);
    }

    @Test
    void largeBatchMayFollowWhenTheOneBeforeIsHalfDone() {
        assertThat(sizeAfter(100, Duration.ofMillis(600))).isEqualTo(200);
        long sent = Duration.ofSeconds(1).toNanos();
        pace.sent(batch(100), image, sent);
        long half = sent + Duration.ofMillis(300).toNanos();
        assertThat(pace.mayContinue(image, half)).as("no image shows it yet").isFalse();
        owner = 3 - owner;
        see(30, owner(0), owner(1));
        assertThat(pace.mayContinue(image, half - 1)).isFalse();
        assertThat(pace.mayContinue(image, half)).isTrue();
        assertThat(pace.isIdle()).isFalse();

        pace.sent(batch(100), image, half);
        owner = 3 - owner;
        see(31, owner(0), owner(1));
        assertThat(pace.mayContinue(image, sent + LATE / 2))
                .as("two are under way")
                .isFalse();
        heard(1, 30);
        heard(2, 30);
        assertThat(pace.mayContinue(image, half + 1)).isFalse();
        assertThat(pace.mayContinue(image, half + Duration.ofMillis(300).toNanos()))
                .as("the first is done, the second half")
                .isTrue();
        heard(1, 31);
        heard(2, 31);
        assertThat(pace.mayContinue(image, half + Duration.ofMillis(300).toNanos()))
                .isTrue();
        assertThat(pace.isIdle()).isTrue();
    }

    @Test
    void whatTheControllerRefusedIsNotWaitedFor() {
        pace.sent(BATCH, image, 0);
        pace.failed();
        assertThat(pace.mayContinue(image, 1)).isTrue();
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
        assertThat(pace.mayContinue(image, 1)).isTrue();
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
