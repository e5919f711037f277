package io.weir.broker.produce;

import static io.weir.broker.fake.TestBroker.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.Batches;
import io.weir.broker.fake.CountedOwner;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.FakePartition;
import io.weir.broker.fake.TestBroker;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Partition.Appended;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProduceTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void close() {
        assertThat(broker.timer.size()).isZero();
        assertThat(broker.metric("weir_produce_pending")).isZero();
        broker.close();
    }

    static List<Short> versions() {
        return ApiKeys.PRODUCE.allVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void answersAtEveryVersion(short version) {
        ProduceRequests request = ProduceRequests.version(version)
                .put("orders", ORDERS, 0, Batches.of(3))
                .put("orders", ORDERS, 2, Batches.of(1))
                .put("nowhere", new Uuid(9, 9), 0, Batches.of(1));

        ProduceResponseData answer =
                broker.<ProduceResponseData>call(request.build()).resultNow();

        assertThat(errors(answer))
                .containsExactly(
                        Errors.NONE,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        version >= 13 ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(TestBroker.written(answer, version)).isNotNull();
        assertThat(answer.responses().find(version >= 13 ? "" : "orders", version >= 13 ? ORDERS : Uuid.ZERO_UUID))
                .isNotNull();
    }

    @Test
    void answersWhenEveryPartitionIsDurableAndNotBefore() {
        broker.first.autoCommit = false;
        broker.second.autoCommit = false;

        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .put("orders", ORDERS, 0, Batches.of(3))
                .put("orders", ORDERS, 1, Batches.of(2))
                .build());
        assertThat(answer).isNotDone();
        broker.first.commit();
        assertThat(answer).isNotDone();
        assertThat(broker.metric("weir_produce_pending")).isEqualTo(1);
        broker.second.commit();

        assertThat(errors(answer.resultNow())).containsExactly(Errors.NONE, Errors.NONE);
        assertThat(broker.metric("weir_produce_pending")).isZero();
        assertThat(broker.metric("weir_produce_records", "topic", "orders")).isEqualTo(5);
        assertThat(broker.metric("weir_produce_requests", "topic", "orders")).isEqualTo(1);
    }

    @Test
    void nothingGoesToTheTimerWhenTheAnswerIsThereAtOnce() {
        broker.call(ProduceRequests.version(13)
                        .put("orders", ORDERS, 0, Batches.of(3))
                        .build())
                .resultNow();

        assertThat(broker.timer.added()).isZero();
    }

    @Test
    void offsetsFollowOneAnother() {
        assertThat(produce(Batches.of(3)).baseOffset()).isZero();
        PartitionProduceResponse next = produce(Batches.of(2));

        assertThat(next.baseOffset()).isEqualTo(3);
        assertThat(next.logAppendTimeMs()).isEqualTo(-1);
        assertThat(next.logStartOffset()).isZero();
        assertThat(next.errorMessage()).isNull();
    }

    @Test
    void aRepeatedBatchGetsItsFirstOffsetsAndIsNotCounted() {
        produce(Batches.of(3));
        broker.first.duplicateOf = new Appended(0, 3, -1, 0, true);

        assertThat(produce(Batches.of(3)).baseOffset()).isZero();
        assertThat(broker.metric("weir_produce_records", "topic", "orders")).isEqualTo(3);
    }

    @Test
    void acksZeroIsDoneWithoutAnAnswerWhenOffsetsAreAssigned() {
        broker.first.autoCommit = false;

        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .acks(0)
                .put("orders", ORDERS, 0, Batches.of(1))
                .build());

        assertThat(answer.resultNow()).isNull();
        broker.first.commit();
    }

    @Test
    void acksZeroFeelsTheBackPressure() {
        broker.first.holdAppends = true;

        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .acks(0)
                .put("orders", ORDERS, 0, Batches.of(1))
                .build());

        assertThat(answer).isNotDone();
        broker.first.releaseAppends();
        assertThat(answer.resultNow()).isNull();
    }

    @Test
    void acksZeroFailsTheCallOnAnError() {
        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .acks(0)
                .put("orders", ORDERS, 0, Batches.of(1))
                .put("orders", ORDERS, 2, Batches.of(1))
                .build());

        assertThat(answer.exceptionNow()).isInstanceOf(NotLeaderOrFollowerException.class);
        assertThat(broker.first.logEndOffset()).isEqualTo(1);
    }

    @Test
    void otherAcksAreRefused() {
        for (int acks : new int[] {-2, 2}) {
            ProduceResponseData answer = broker.<ProduceResponseData>call(ProduceRequests.version(13)
                            .acks(acks)
                            .put("orders", ORDERS, 0, Batches.of(1))
                            .build())
                    .resultNow();
            assertThat(errors(answer)).containsExactly(Errors.INVALID_REQUIRED_ACKS);
        }
        assertThat(broker.first.logEndOffset()).isZero();
    }

    @Test
    void namesTheLeaderAndItsAddressFromVersionTenOn() {
        ProduceResponseData now = broker.<ProduceResponseData>call(ProduceRequests.version(10)
                        .put("orders", ORDERS, 2, Batches.of(1))
                        .build())
                .resultNow();
        ProduceResponseData before = broker.<ProduceResponseData>call(ProduceRequests.version(9)
                        .put("orders", ORDERS, 2, Batches.of(1))
                        .build())
                .resultNow();

        PartitionProduceResponse partition = only(now);
        assertThat(partition.currentLeader().leaderId()).isEqualTo(2);
        assertThat(partition.currentLeader().leaderEpoch()).isEqualTo(5);
        NodeEndpoint endpoint = now.nodeEndpoints().find(2);
        assertThat(endpoint.host()).isEqualTo("host-2");
        assertThat(endpoint.port()).isEqualTo(9002);
        assertThat(endpoint.rack()).isEqualTo("rack-2");
        assertThat(before.nodeEndpoints()).isEmpty();
        assertThat(only(before).currentLeader().leaderId()).isEqualTo(-1);
        assertThat(broker.metric("weir_broker_errors", "api", "Produce", "error", "NOT_LEADER_OR_FOLLOWER"))
                .isEqualTo(2);
    }

    @Test
    void aPartitionThatTheTopicDoesNotHaveIsUnknown() {
        ProduceResponseData answer = broker.<ProduceResponseData>call(ProduceRequests.version(13)
                        .put("orders", ORDERS, 7, Batches.of(1))
                        .build())
                .resultNow();

        assertThat(errors(answer)).containsExactly(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aTopicThatWasMadeAnewHasAnotherId() {
        Uuid anew = new Uuid(2, 2);
        broker.cluster.apply(
                FakeCluster.remove(ORDERS), FakeCluster.topic("orders", anew), FakeCluster.partition(anew, 0, 1, 0));

        ProduceResponseData answer = broker.<ProduceResponseData>call(ProduceRequests.version(13)
                        .put("orders", anew, 0, Batches.of(1))
                        .build())
                .resultNow();

        assertThat(errors(answer)).containsExactly(Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void recordErrorsReachTheClient() {
        broker.first.appendFault = new RecordValidationException(
                new InvalidRecordException("two records have no key"),
                List.of(new RecordError(1, "no key"), new RecordError(4)));

        PartitionProduceResponse partition = produce(Batches.of(6));

        assertThat(Errors.forCode(partition.errorCode())).isEqualTo(Errors.INVALID_RECORD);
        assertThat(partition.errorMessage()).isEqualTo("two records have no key");
        assertThat(partition.recordErrors())
                .extracting(error -> error.batchIndex() + ":" + error.batchIndexErrorMessage())
                .containsExactly("1:no key", "4:null");
        assertThat(partition.baseOffset()).isEqualTo(-1);
    }

    @Test
    void theLogsRefusalsKeepTheirNameAndMessage() {
        broker.first.appendFault = new OutOfOrderSequenceException("sequence 9 after 4");

        PartitionProduceResponse partition = produce(Batches.of(1));

        assertThat(Errors.forCode(partition.errorCode())).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(partition.errorMessage()).isEqualTo("sequence 9 after 4");
        assertThat(broker.first.owners).allMatch(owner -> owner.refCnt() == 1);
    }

    @Test
    void faultsGetKafkasNames() {
        broker.first.appendFault = new WeirException(FaultKind.UNAVAILABLE, "the store is away");
        assertThat(errorOf(produce(Batches.of(1)))).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        broker.first.appendFault = new WeirException(FaultKind.FENCED, "node 2 owns it");
        assertThat(errorOf(produce(Batches.of(1)))).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        broker.first.appendFault = new IllegalStateException("a bug with secrets in its message");
        PartitionProduceResponse bug = produce(Batches.of(1));
        assertThat(errorOf(bug)).isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
        assertThat(bug.errorMessage()).isNull();
    }

    @Test
    void aCommitThatFailsIsTold() {
        broker.first.autoCommit = false;
        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .put("orders", ORDERS, 0, Batches.of(1))
                .build());

        broker.first.failCommit(new KafkaStorageException("disk is full"));

        assertThat(errors(answer.resultNow())).containsExactly(Errors.KAFKA_STORAGE_ERROR);
        assertThat(only(answer.resultNow()).errorMessage()).isEqualTo("disk is full");
    }

    @Test
    void whatIsNotAcknowledgedInTimeIsTimedOut() {
        broker.first.autoCommit = false;
        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .timeoutMs(1_000)
                .put("orders", ORDERS, 0, Batches.of(1))
                .put("orders", ORDERS, 1, Batches.of(1))
                .build());

        broker.timer.advanceClock(999);
        assertThat(answer).isNotDone();
        broker.timer.advanceClock(1);

        assertThat(errors(answer.resultNow())).containsExactly(Errors.REQUEST_TIMED_OUT, Errors.NONE);
        broker.first.commit();
        broker.timer.advanceClock(10_000);
        assertThat(broker.metric("weir_produce_pending")).isZero();
    }

    @Test
    void anAppendThatWaitsForRoomTimesOutToo() {
        broker.first.holdAppends = true;
        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .timeoutMs(50)
                .put("orders", ORDERS, 0, Batches.of(1))
                .build());

        broker.timer.advanceClock(50);

        assertThat(errors(answer.resultNow())).containsExactly(Errors.REQUEST_TIMED_OUT);
        broker.first.releaseAppends();
    }

    @Test
    void acksOneIsGivenTimeToBecomeDurable() {
        broker.first.autoCommit = false;
        CompletableFuture<ProduceResponseData> answer = broker.call(ProduceRequests.version(13)
                .acks(1)
                .timeoutMs(0)
                .put("orders", ORDERS, 0, Batches.of(1))
                .build());

        broker.timer.advanceClock(29_999);
        assertThat(answer).isNotDone();
        broker.first.commit();

        assertThat(errors(answer.resultNow())).containsExactly(Errors.NONE);
    }

    @Test
    void transactionsAreRefusedInWords() {
        MemoryRecords transactional = MemoryRecords.withTransactionalRecords(
                Compression.NONE, 7L, (short) 0, 0, new SimpleRecord("v".getBytes(StandardCharsets.UTF_8)));

        PartitionProduceResponse partition = produce(transactional);

        assertThat(errorOf(partition)).isEqualTo(Errors.INVALID_TXN_STATE);
        assertThat(partition.errorMessage()).contains("transactional.id");
        assertThat(broker.first.logEndOffset()).isZero();
    }

    @Test
    void snappyThatClaimsTwoGigabytesIsRefusedBeforeTheyAreTaken() {
        MemoryRecords records = Batches.compressed(Compression.snappy().build());
        // Behind the batch's header, the stream's and the block's length: what the first block says that it becomes.
        for (int i = 0; i < 4; i++) {
            records.buffer().put(61 + 16 + 4 + i, (byte) 0xff);
        }
        records.buffer().put(61 + 16 + 4 + 4, (byte) 0x07);

        assertThat(errorOf(produce(9, records))).isEqualTo(Errors.CORRUPT_MESSAGE);
        assertThat(errorOf(produce(9, Batches.compressed(Compression.snappy().build()))))
                .isEqualTo(Errors.NONE);
    }

    @Test
    void zstdNeedsVersionSeven() {
        MemoryRecords zstd = Batches.compressed(Compression.zstd().build());

        assertThat(errorOf(produce(6, zstd))).isEqualTo(Errors.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(errorOf(produce(7, zstd))).isEqualTo(Errors.NONE);
        assertThat(errorOf(produce(6, Batches.compressed(Compression.lz4().build()))))
                .isEqualTo(Errors.NONE);
    }

    @Test
    void onlyOneWholeBatchOfTheNewFormatIsTaken() {
        MemoryRecords old = MemoryRecords.withRecords(
                RecordBatch.MAGIC_VALUE_V1,
                0L,
                Compression.NONE,
                TimestampType.CREATE_TIME,
                new SimpleRecord(1L, new byte[4]));

        assertThat(errorOf(produce(old))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(errorOf(produce(MemoryRecords.EMPTY))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(errorOf(produce(Batches.joined(Batches.of(1), Batches.of(1)))))
                .isEqualTo(Errors.INVALID_RECORD);
        assertThat(errorOf(produce(Batches.cut(Batches.of(5), 70)))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(broker.first.logEndOffset()).isZero();
    }

    @Test
    void aSizeThatCannotBeIsCorrupt() {
        MemoryRecords records = Batches.of(1);
        records.buffer().putInt(8, 3);

        assertThat(errorOf(produce(records))).isEqualTo(Errors.CORRUPT_MESSAGE);
    }

    @Test
    void aPieceOfAnotherBatchBehindTheFirstIsDropped() {
        MemoryRecords one = Batches.of(2);

        assertThat(errorOf(produce(Batches.joined(one, Batches.cut(Batches.of(9), 30)))))
                .isEqualTo(Errors.NONE);
        assertThat(broker.first.sizeBytes()).isEqualTo(one.sizeInBytes());
    }

    @Test
    void internalTopicsAreNotForClients() {
        Uuid id = new Uuid(3, 3);
        broker.cluster.apply(FakeCluster.topic("__consumer_offsets", id), FakeCluster.partition(id, 0, 1, 1));
        broker.partitions.add(
                new FakePartition(new TopicIdPartition(id, new TopicPartition("__consumer_offsets", 0)), 1));
        ProduceRequests request = ProduceRequests.version(13).put("__consumer_offsets", id, 0, Batches.of(1));

        assertThat(errors(broker.<ProduceResponseData>call(request.build()).resultNow()))
                .containsExactly(Errors.INVALID_TOPIC_EXCEPTION);
        broker.clientId = "__admin_client";
        assertThat(errors(broker.<ProduceResponseData>call(request.build()).resultNow()))
                .containsExactly(Errors.NONE);
    }

    @Test
    void theFrameIsHandedToTheLog() {
        CountedOwner frame = new CountedOwner();

        broker.call(
                        ProduceRequests.version(13)
                                .put("orders", ORDERS, 0, Batches.of(1))
                                .build(),
                        frame)
                .resultNow();

        assertThat(frame.refCnt()).isEqualTo(2);
    }

    @Test
    void manyPartitionsAcknowledgedByManyThreadsAreAnsweredOnce() throws Exception {
        int count = 200;
        Uuid wide = new Uuid(4, 4);
        broker.cluster.apply(FakeCluster.topic("wide", wide));
        List<FakePartition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            broker.cluster.apply(FakeCluster.partition(wide, i, 1, 1));
            FakePartition partition = new FakePartition(new TopicIdPartition(wide, new TopicPartition("wide", i)), 1);
            partition.autoCommit = false;
            partition.holdAppends = i % 3 == 0;
            if (i % 10 == 1) {
                partition.appendFault = new KafkaStorageException("disk " + i);
            }
            partitions.add(broker.partitions.add(partition));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 20; round++) {
                ProduceRequests request = ProduceRequests.version(13);
                for (int i = 0; i < count; i++) {
                    request.put("wide", wide, i, Batches.of(1));
                }
                CompletableFuture<ProduceResponseData> answer = broker.call(request.build());
                partitions.forEach(partition -> threads.execute(() -> {
                    partition.releaseAppends();
                    partition.commit();
                }));
                ProduceResponseData data = answer.get(10, TimeUnit.SECONDS);
                assertThat(errors(data)).hasSize(count);
                assertThat(errors(data).stream().filter(Errors.NONE::equals)).hasSize(count - count / 10);
            }
        }
        assertThat(broker.metric("weir_produce_pending")).isZero();
    }

    private PartitionProduceResponse produce(MemoryRecords records) {
        return produce(13, records);
    }

    private PartitionProduceResponse produce(int version, MemoryRecords records) {
        return only(broker.<ProduceResponseData>call(ProduceRequests.version(version)
                        .put("orders", ORDERS, 0, records)
                        .build())
                .resultNow());
    }

    private static PartitionProduceResponse only(ProduceResponseData answer) {
        List<PartitionProduceResponse> all = answer.responses().stream()
                .flatMap(topic -> topic.partitionResponses().stream())
                .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static Errors errorOf(PartitionProduceResponse partition) {
        return Errors.forCode(partition.errorCode());
    }

    private static List<Errors> errors(ProduceResponseData answer) {
        return answer.responses().stream()
                .flatMap(topic -> topic.partitionResponses().stream())
                .map(ProduceTest::errorOf)
                .toList();
    }
}
