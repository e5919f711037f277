package io.weir.compat.admin;

import static io.weir.compat.support.Cluster.get;
import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class OffsetsTest {
    private final Cluster cluster;
    private final Admin admin;
    private final TopicPartition partition;

    OffsetsTest(Cluster cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.partition = cluster.timelessPartition();
    }

    @Test
    void findsOffsetsByEverySpecification() {
        List<Long> timestamps = List.of(1_000L, 5_000L, 9_000L, 7_000L, 8_000L);
        Records.send(
                cluster.producer("batch.size", "0"),
                5,
                i -> new ProducerRecord<>(partition.topic(), 0, timestamps.get(i), "k", "v"));

        assertThat(offset(OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(OffsetSpec.latest()).offset()).isEqualTo(5);
        assertThat(offset(OffsetSpec.earliestLocal()).offset()).isZero();
        assertThat(offset(OffsetSpec.latestTiered()).offset()).isEqualTo(-1);
        assertThat(offset(OffsetSpec.maxTimestamp()).offset()).isEqualTo(2);
        assertThat(offset(OffsetSpec.maxTimestamp()).timestamp()).isEqualTo(9_000);
        assertThat(offset(OffsetSpec.forTimestamp(5_000)).offset()).isEqualTo(1);
        assertThat(offset(OffsetSpec.forTimestamp(5_001)).offset()).isEqualTo(2);
        assertThat(offset(OffsetSpec.forTimestamp(5_001)).timestamp()).isEqualTo(9_000);
        assertThat(offset(OffsetSpec.forTimestamp(9_001)).offset()).isEqualTo(-1);
    }

    @Test
    void anEmptyPartitionHasAnEndButNoRecordToFind() {
        assertThat(offset(OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(OffsetSpec.latest()).offset()).isZero();
        assertThat(offset(OffsetSpec.maxTimestamp()).offset()).isEqualTo(-1);
        assertThat(offset(OffsetSpec.forTimestamp(0)).offset()).isEqualTo(-1);
    }

    @Test
    void bothIsolationLevelsSeeTheSameEndWithoutTransactions() {
        Records.sendNumbers(cluster.producer(), partition, 5);

        var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        var result = get(admin.listOffsets(Map.of(partition, OffsetSpec.latest()), committed)
                .all());
        assertThat(at(result, partition).offset()).isEqualTo(5);
    }

    @Test
    void deletedRecordsAreNotReadAnyMore() {
        Records.sendNumbers(cluster.producer(), partition, 20);

        var deleted = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(8)))
                .lowWatermarks();
        assertThat(get(at(deleted, partition)).lowWatermark()).isEqualTo(8);

        assertThat(offset(OffsetSpec.earliest()).offset()).isEqualTo(8);
        assertThat(offset(OffsetSpec.latest()).offset()).isEqualTo(20);
        var consumer = cluster.consumer();
        consumer.assign(List.of(partition));
        assertThat(Records.poll(consumer, 12))
                .extracting(ConsumerRecord::offset)
                .startsWith(8L, 9L)
                .hasSize(12);
        var strict = cluster.consumer("auto.offset.reset", "none");
        strict.assign(List.of(partition));
        strict.seek(partition, 3);
        assertThatThrownBy(() -> Records.poll(strict, 1))
                .isInstanceOf(org.apache.kafka.clients.consumer.OffsetOutOfRangeException.class);
    }

    @Test
    void everythingCanBeDeletedAndTheNextOffsetStays() {
        Records.sendNumbers(cluster.producer(), partition, 20);

        var everything = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                .lowWatermarks();
        assertThat(get(at(everything, partition)).lowWatermark()).isEqualTo(20);

        var sent = Records.send(cluster.producer(), 1, i -> new ProducerRecord<>(partition.topic(), 0, null, "next"));
        assertThat(sent.getFirst().offset()).isEqualTo(20);
        assertThat(Records.valuesOf(cluster.consumer(), partition, 1)).containsExactly("next");
    }

    @Test
    void recordsBeyondTheEndCannotBeDeleted() {
        Records.sendNumbers(cluster.producer(), partition, 5);

        assertThatThrownBy(() -> get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)))
                        .all()))
                .isInstanceOf(OffsetOutOfRangeException.class);
    }

    @Test
    void describesTheProducersOfAPartition() {
        Records.sendNumbers(cluster.producer(), partition, 5);
        Records.sendNumbers(cluster.producer("enable.idempotence", "false"), partition, 5);

        List<ProducerState> producers = at(
                        get(admin.describeProducers(List.of(partition)).all()), partition)
                .activeProducers();

        assertThat(producers).singleElement().satisfies(p -> {
            assertThat(p.producerId()).isNotNegative();
            assertThat(p.producerEpoch()).isZero();
            assertThat(p.lastSequence()).isEqualTo(4);
            assertThat(p.currentTransactionStartOffset()).isEmpty();
        });
    }

    private ListOffsetsResultInfo offset(OffsetSpec spec) {
        return get(admin.listOffsets(Map.of(partition, spec)).partitionResult(partition));
    }
}
