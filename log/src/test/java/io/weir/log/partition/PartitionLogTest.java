package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.id;
import static io.weir.log.partition.LogFixture.idempotent;
import static io.weir.log.partition.LogFixture.produce;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.ReadResult;
import io.weir.log.TopicDurability;
import io.weir.storage.memory.MemoryStore;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

class PartitionLogTest {
    @Test
    void recordsAreReadBackInOrderWithDenseOffsets() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);

            assertThat(produce(partition, "a", "b").firstOffset()).isZero();
            assertThat(produce(partition, "c").firstOffset()).isEqualTo(2);

            assertThat(consume(partition, 0)).containsExactly("0=a", "1=b", "2=c");
            assertThat(consume(partition, 1)).containsExactly("1=b", "2=c");
            assertThat(partition.highWatermark()).isEqualTo(3);
            assertThat(partition.lastStableOffset()).isEqualTo(3);
            assertThat(partition.epochAt(1)).isEqualTo(3);
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesACrash() {
        MemoryStore store = new MemoryStore(Time.SYSTEM);
        LogFixture first = LogFixture.open(store, 10);
        produce(first.own(0), "a", "b");
        produce(first.own(1), "x");
        store.crash();

        try (LogFixture second = LogFixture.open(store, 11)) {
            assertThat(consume(second.own(0), 0)).containsExactly("0=a", "1=b");
            assertThat(consume(second.own(1), 0)).containsExactly("0=x");
            produce(second.own(0), "c");
            assertThat(consume(second.own(0), 0)).containsExactly("0=a", "1=b", "2=c");
        }
        try (LogFixture third = LogFixture.open(store, 12)) {
            assertThat(consume(third.own(0), 0)).containsExactly("0=a", "1=b", "2=c");
        }
    }

    @Test
    void aRepeatedBatchOfAnIdempotentProducerIsNotAppendedAgain() {
        MemoryStore store = new MemoryStore(Time.SYSTEM);
        try (LogFixture node = LogFixture.open(store, 10)) {
            Partition partition = node.own(0);
            append(partition, idempotent(5, 0, "a", "b")).durable();
            append(partition, idempotent(5, 2, "c")).durable();

            Partition.Appended again =
                    append(partition, idempotent(5, 0, "a", "b")).durable();

            assertThat(again.duplicate()).isTrue();
            assertThat(again.firstOffset()).isZero();
            assertThat(partition.logEndOffset()).isEqualTo(3);
        }
        try (LogFixture node = LogFixture.open(store, 11)) {
            Partition partition = node.own(0);
            assertThat(append(partition, idempotent(5, 2, "c")).durable().duplicate())
                    .as("remembered across a restart")
                    .isTrue();
            assertThatThrownBy(() -> append(partition, idempotent(5, 7, "z")).durable())
                    .isInstanceOf(OutOfOrderSequenceException.class);
            assertThat(append(partition, idempotent(5, 3, "d")).durable().firstOffset())
                    .isEqualTo(3);
        }
    }

    @Test
    void badBatchesAreRefusedAndCostNobodyElseAnything() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0, Map.of("max.message.bytes", "200"), TopicDurability.DURABLE);
            var flipped = records(1000, "abc");
            flipped.buffer().put(70, (byte) 99);

            assertThatThrownBy(() -> append(partition, flipped).durable()).isInstanceOf(CorruptRecordException.class);
            assertThatThrownBy(() -> produce(partition, "x".repeat(300))).isInstanceOf(RecordTooLargeException.class);

            assertThat(produce(partition, "good").firstOffset()).isZero();
            assertThat(node.log.cache().dirtyBytes()).isLessThan(1000);
        }
    }

    @Test
    void deletedRecordsStayDeletedAfterARestart() {
        MemoryStore store = new MemoryStore(Time.SYSTEM);
        try (LogFixture node = LogFixture.open(store, 10)) {
            Partition partition = node.own(0);
            produce(partition, "a", "b");
            produce(partition, "c");

            assertThat(get(partition.deleteRecordsBefore(1))).isEqualTo(1);
            assertThat(consume(partition, 1)).containsExactly("1=b", "2=c");
            assertThat(get(partition.read(0, 100, true, IsolationLevel.READ_UNCOMMITTED)))
                    .isEqualTo(new ReadResult.OutOfRange(1, 3));
            assertThatThrownBy(() -> get(partition.deleteRecordsBefore(4)))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
        try (LogFixture node = LogFixture.open(store, 11)) {
            Partition partition = node.own(0);
            assertThat(partition.logStartOffset()).isEqualTo(1);
            assertThat(consume(partition, 1)).containsExactly("1=b", "2=c");
            assertThat(get(partition.deleteRecordsBefore(-1))).isEqualTo(3);
        }
        try (LogFixture node = LogFixture.open(store, 12)) {
            Partition partition = node.own(0);
            assertThat(partition.logStartOffset()).isEqualTo(3);
            assertThat(produce(partition, "d").firstOffset())
                    .as("offsets go on")
                    .isEqualTo(3);
        }
    }

    @Test
    void timestampsAreFoundInTheTail() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            append(partition, records(1000, "a", "b", "c")).durable();
            append(partition, records(5000, "d")).durable();
            append(partition, records(2000, "e")).durable();

            assertThat(get(partition.findByTimestamp(1001, IsolationLevel.READ_UNCOMMITTED))
                            .orElseThrow()
                            .offset)
                    .isEqualTo(1);
            assertThat(get(partition.findByTimestamp(1500, IsolationLevel.READ_UNCOMMITTED))
                            .orElseThrow()
                            .offset)
                    .isEqualTo(3);
            assertThat(get(partition.findByTimestamp(9000, IsolationLevel.READ_UNCOMMITTED)))
                    .isEmpty();
            assertThat(get(partition.findMaxTimestamp()).orElseThrow().offset).isEqualTo(3);
        }
    }

    @Test
    void aResignedPartitionTakesNothingAndTellsItsWatchers() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            produce(partition, "a");
            List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
            partition.watch(new Partition.Watcher() {
                @Override
                public void onHighWatermark(Partition of, long highWatermark) {
                    told.add("high watermark " + highWatermark);
                }

                @Override
                public void onClosed(Partition of) {
                    told.add("closed");
                }
            });

            get(node.log.resign(id(0), 4));

            assertThat(told).containsExactly("closed");
            assertThatThrownBy(() -> produce(partition, "b")).isInstanceOf(NotLeaderOrFollowerException.class);
            assertThat(node.log.find(id(0).topicPartition())).isEmpty();
        }
    }

    @Test
    void aPartitionThatIsGivenBackToItsOwnerHasEverythingStill() {
        MemoryStore store = new MemoryStore(Time.SYSTEM);
        try (LogFixture node = LogFixture.open(store, 10)) {
            Partition partition = node.own(0);
            append(partition, idempotent(5, 0, "a")).durable();
            node.log.flushAll();
            append(partition, idempotent(5, 1, "b")).durable();

            get(node.log.resign(id(0), 4));
            node.log.flushAll();
            Partition again = get(node.log.own(id(0), 5, partition.config(), TopicDurability.DURABLE));

            assertThat(again.status().state()).isEqualTo(State.WRITABLE);
            assertThat(append(again, idempotent(5, 1, "b")).durable().duplicate())
                    .isTrue();
            append(again, idempotent(5, 2, "c")).durable();
            assertThat(consume(again, 0)).containsExactly("0=a", "1=b", "2=c");
            assertThat(again.epochAt(2)).isEqualTo(5);
            get(node.log.resign(id(0), 6));
        }
        try (LogFixture node = LogFixture.open(store, 11)) {
            assertThat(consume(node.own(0), 0)).containsExactly("0=a", "1=b", "2=c");
        }
    }

    @Test
    void aHigherEpochForTheSameOwnerGoesOnWhereItWas() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            produce(partition, "a");

            Partition again = get(node.log.own(id(0), 5, partition.config(), TopicDurability.DURABLE));

            assertThat(again).isSameAs(partition);
            assertThat(again.leaderEpoch()).isEqualTo(5);
            produce(again, "b");
            assertThat(again.epochAt(0)).isEqualTo(3);
            assertThat(again.epochAt(1)).isEqualTo(5);
            assertThat(again.endOffsetFor(3)).isEqualTo(new Partition.EpochEnd(3, 1));
            assertThat(again.status().state()).isEqualTo(State.WRITABLE);
        }
    }

    @Test
    void metadataThatComesLateOpensNothingThatWasLetGo() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            get(node.log.release(id(0), 6));

            assertThat(node.log.own(id(0), 5, new LogConfig(Map.of()), TopicDurability.DURABLE))
                    .isCompletedExceptionally();
            assertThat(node.log.find(id(0).topicPartition())).isEmpty();

            Partition later = get(node.log.own(id(0), 7, new LogConfig(Map.of()), TopicDurability.DURABLE));
            assertThat(later.leaderEpoch()).isEqualTo(7);
        }
    }
}
