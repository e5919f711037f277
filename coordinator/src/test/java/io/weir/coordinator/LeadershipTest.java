package io.weir.coordinator;

import static io.weir.coordinator.Groups.commit;
import static io.weir.coordinator.Groups.committed;
import static io.weir.coordinator.Groups.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;

/** Which node answers for a group, when, and what it then knows. */
final class LeadershipTest {
    private static OffsetCommitResponseData commitOf(Fixture node, long offset) throws Exception {
        return node.send(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, offset));
    }

    private static boolean refuses(Fixture node, Errors error) {
        try {
            return errorOf(commitOf(node, 1)) == error.code();
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Test
    void beforeTheOffsetsTopicExistsTheCoordinatorIsNotAvailable() throws Exception {
        try (Fixture node = new Fixture()) {
            node.apply(FakeCluster.topic(Fixture.ORDERS, Fixture.ORDERS_ID, 3, FakeCluster.NODE));
            assertThat(refuses(node, Errors.COORDINATOR_NOT_AVAILABLE)).isTrue();
        }
    }

    @Test
    void whileTheLogRecoversTheGroupIsLoading() throws Exception {
        try (Fixture node = new Fixture()) {
            FakePartition log = node.openOffsets(0);
            log.state(PartitionStatus.State.RECOVERING);
            node.apply(FakeCluster.topic(Fixture.ORDERS, Fixture.ORDERS_ID, 3, FakeCluster.NODE));
            node.apply(FakeCluster.topic(InternalTopics.OFFSETS, Fixture.OFFSETS_ID, 1, FakeCluster.NODE));
            Fixture.await(() -> refuses(node, Errors.COORDINATOR_LOAD_IN_PROGRESS));
            assertThatThrownBy(() -> committed(node, "g", 0)).isInstanceOf(CoordinatorLoadInProgressException.class);

            log.state(PartitionStatus.State.WRITABLE);
            node.awaitLoaded();
            assertThat(errorOf(commitOf(node, 1))).isZero();
        }
    }

    @Test
    void aLogThatIsOpenUnderAnEarlierEpochIsNotRead() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 1);
            node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
            Fixture.await(() -> refuses(node, Errors.COORDINATOR_LOAD_IN_PROGRESS));

            FakePartition reopened = node.partitions.add(node.offsetsLog().reopened(node.offsetsEpoch()));
            Fixture.await(() -> reopened.watchers() > 0);
            assertThat(committed(node, "g", 0)).isEqualTo(1);
            assertThat(errorOf(commitOf(node, 2))).isZero();
        }
    }

    @Test
    void anotherNodesGroupsAreRefused() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 1);
            node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE + 1));
            Fixture.await(() -> refuses(node, Errors.NOT_COORDINATOR));
            assertThatThrownBy(() -> committed(node, "g", 0)).isInstanceOf(NotCoordinatorException.class);
            assertThat(node.offsetsLog().watchers()).isZero();
        }
    }

    @Test
    void aLogThatClosesEndsItsCoordinatorAtOnce() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 1);
            node.offsetsLog().close();
            Fixture.await(() -> refuses(node, Errors.NOT_COORDINATOR));
        }
    }

    @Test
    void whatWasCommittedIsThereAfterARestart() throws Exception {
        try (Fixture node = Fixture.ready()) {
            for (int offset = 1; offset <= 50; offset++) {
                commitOf(node, offset);
            }
            node.restart();
            assertThat(committed(node, "g", 0)).isEqualTo(50);
            assertThat(node.offsetsLog().leases()).isZero();
            node.restart();
            commitOf(node, 51);
            assertThat(committed(node, "g", 0)).isEqualTo(51);
        }
    }

    @Test
    void aCommitIsAnsweredOnlyWhenItIsDurable() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 1);
            node.offsetsLog().hold();
            CompletableFuture<OffsetCommitResponseData> waiting =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 2));
            assertThat(Fixture.isPending(waiting)).isTrue();
            assertThat(committed(node, "g", 0)).isEqualTo(1);

            node.offsetsLog().release();
            assertThat(errorOf(waiting.get(20, TimeUnit.SECONDS))).isZero();
            assertThat(committed(node, "g", 0)).isEqualTo(2);
        }
    }

    @Test
    void aListenerHearsNothingAfterItsTerm() throws Exception {
        try (Fixture node = Fixture.ready()) {
            FakePartition old = node.offsetsLog();
            List<Partition.Watcher> watchers = old.watcherList();
            old.hold();
            CompletableFuture<OffsetCommitResponseData> waiting =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 2));
            Fixture.await(() -> old.appends() == 1);
            node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
            assertThat(Errors.forCode(errorOf(waiting.get(20, TimeUnit.SECONDS))))
                    .isEqualTo(Errors.NOT_COORDINATOR);
            FakePartition reopened = node.partitions.add(old.reopened(node.offsetsEpoch()));
            Fixture.await(() -> reopened.watchers() > 0);

            // The old log commits at last, and tells those that it had: nothing of it counts.
            old.release();
            old.shoutHighWatermark(watchers);
            assertThat(committed(node, "g", 0)).isEqualTo(-1);
            reopened.hold();
            CompletableFuture<OffsetCommitResponseData> next =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 3));
            Fixture.await(() -> reopened.appends() == 1);
            old.shoutHighWatermark(watchers);
            assertThat(Fixture.isPending(next)).isTrue();
        }
    }

    @Test
    void anAppendThatFailsUnderAFencedLogEndsTheCoordinator() throws Exception {
        try (Fixture node = Fixture.ready()) {
            FakePartition log = node.offsetsLog();
            log.hold();
            CompletableFuture<OffsetCommitResponseData> lost =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 2));
            Fixture.await(() -> log.appends() == 1);
            log.state(PartitionStatus.State.FENCED);
            log.failWaitingAppends(new NotLeaderOrFollowerException("another owner"));
            assertThat(Errors.forCode(errorOf(lost.get(20, TimeUnit.SECONDS)))).isEqualTo(Errors.NOT_COORDINATOR);
            assertThatThrownBy(() -> committed(node, "g", 0)).isInstanceOf(NotCoordinatorException.class);
        }
    }

    @Test
    void anAppendThatIsOnlyDelayedIsWaitedFor() throws Exception {
        try (Fixture node = Fixture.ready()) {
            FakePartition log = node.offsetsLog();
            log.hold();
            CompletableFuture<OffsetCommitResponseData> delayed =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 2));
            Fixture.await(() -> log.appends() == 1);
            log.failWaitingAppends(new KafkaStorageException("the store is sick"));
            assertThat(Fixture.isPending(delayed)).isTrue();
            log.release();
            assertThat(errorOf(delayed.get(20, TimeUnit.SECONDS))).isZero();
        }
    }

    @Test
    void aLogThatForgotItsEndIsReadAgain() throws Exception {
        try (Fixture node = Fixture.ready(Map.of("offsets.commit.timeout.ms", 500))) {
            commitOf(node, 1);
            FakePartition log = node.offsetsLog();
            log.hold();
            CompletableFuture<OffsetCommitResponseData> lost =
                    node.sendAsync(OffsetCommitResponseData.class, commit("g", Fixture.ORDERS, 0, 2));
            Fixture.await(() -> log.appends() == 2);
            log.loseUncommitted(new KafkaStorageException("the store is sick"));
            assertThat(errorOf(lost.get(20, TimeUnit.SECONDS))).isNotZero();
            log.release();
            assertThat(errorOf(commitOf(node, 3))).isNotZero();
            Fixture.await(() -> refuses(node, Errors.NONE));
            assertThat(committed(node, "g", 0)).isEqualTo(1);
        }
    }

    @Test
    void aForeignRecordMakesTheCoordinatorReadTheLogAgain() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 1);
            MemoryRecords foreign = MemoryRecords.withRecords(
                    Compression.NONE,
                    new SimpleRecord(
                            ByteBuffer.allocate(2).putShort(0, (short) 999).array(), null));
            node.offsetsLog().appendNow(foreign, AppendOrigin.CLIENT, (short) 0, new Partition.AppendListener() {
                @Override
                public void acknowledged() {}

                @Override
                public void failed(Exception cause) {}
            });
            assertThat(errorOf(commitOf(node, 2))).isNotZero();
            Fixture.await(() -> refuses(node, Errors.NONE));
            assertThat(committed(node, "g", 0)).isEqualTo(1);
        }
    }

    @Test
    void aStoreThatIsAwayDelaysTheLoad() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 4);
            node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
            FakePartition reopened = node.offsetsLog().reopened(node.offsetsEpoch());
            reopened.failReads(3);
            node.partitions.add(reopened);
            node.awaitLoaded();
            assertThat(committed(node, "g", 0)).isEqualTo(4);
        }
    }

    @Test
    void aDamagedLogIsReportedAndItsGroupsRefused() throws Exception {
        try (Fixture node = Fixture.ready(Map.of("weir.offsets.compaction.check.interval.ms", 200L))) {
            commitOf(node, 4);
            commitOf(node, 5);
            node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
            FakePartition reopened = node.offsetsLog().reopened(node.offsetsEpoch());
            reopened.flipByteOf(1);
            node.partitions.add(reopened);

            Labels failed = Labels.of("result", "failed");
            Fixture.await(() -> node.counter("weir_coordinator_loads", failed) >= 1);
            Fixture.await(() -> refuses(node, Errors.NOT_COORDINATOR));
            assertThat(reopened.leases()).isZero();
            assertThat(reopened.watchers()).isZero();

            // Repaired: it is tried again by itself.
            reopened.flipByteOf(1);
            node.awaitLoaded();
            assertThat(committed(node, "g", 0)).isEqualTo(5);
        }
    }

    @Test
    void electionsThatOvertakeEachOtherNeverShowAHalfLoadedGroup() throws Exception {
        try (Fixture node = Fixture.ready()) {
            for (int offset = 1; offset <= 30; offset++) {
                commitOf(node, offset);
            }
            for (int round = 0; round < 200; round++) {
                node.apply(FakeCluster.leader(Fixture.OFFSETS_ID, 0, FakeCluster.NODE));
                node.partitions.add(node.offsetsLog().reopened(node.offsetsEpoch()));
                try {
                    assertThat(committed(node, "g", 0)).as("round %d", round).isEqualTo(30);
                } catch (RetriableException loading) {
                    // Loading, or between two terms: the client asks again.
                }
            }
            node.awaitLoaded();
            assertThat(committed(node, "g", 0)).isEqualTo(30);
        }
    }

    @Test
    void aDeletedOffsetsTopicTakesItsGroupsAlong() throws Exception {
        try (Fixture node = Fixture.ready()) {
            commitOf(node, 4);
            node.offsetsLog().close();
            node.partitions.remove(Fixture.OFFSETS_0);
            node.apply(FakeCluster.remove(Fixture.OFFSETS_ID));
            Fixture.await(() -> refuses(node, Errors.NOT_COORDINATOR));
        }
    }

    @Test
    void itClosesWithoutEverHavingServed() {
        try (Fixture node = new Fixture()) {
            assertThat(node.service.apis()).hasSize(12);
        }
    }
}
