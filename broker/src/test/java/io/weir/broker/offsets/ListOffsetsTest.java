package io.weir.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.Batches;
import io.weir.broker.fake.TestBroker;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListOffsetsTest {
    private static final short LATEST_VERSION = 11;

    private final TestBroker broker = new TestBroker();

    @BeforeEach
    void tenRecordsOfWhichTwoAreGoneAndFourOpen() {
        broker.first.put(Batches.of(6));
        broker.first.put(Batches.of(4));
        broker.first.logStart = 2;
        broker.first.lastStable = 6;
    }

    @AfterEach
    void close() {
        broker.close();
    }

    static List<Short> versions() {
        return ApiKeys.LIST_OFFSETS.allVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void answersAtEveryVersion(short version) {
        broker.first.byTimestamp = found(1_000, 3);

        ListOffsetsResponseData answer = broker.<ListOffsetsResponseData>call(request(
                        version, IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1), at(1, -2), at(2, -1), at(9, -1)))
                .resultNow();

        assertThat(answer.topics().getFirst().partitions())
                .extracting(partition -> Errors.forCode(partition.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.NONE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(answer.topics().getFirst().partitions().getFirst().leaderEpoch())
                .isEqualTo(version >= 4 ? 5 : -1);
        assertThat(TestBroker.written(answer, version)).isNotNull();
    }

    @Test
    void latestDependsOnTheIsolation() {
        broker.first.putUncommitted(Batches.of(5));

        assertThat(one(LATEST_VERSION, -1).offset()).isEqualTo(10);
        assertThat(committed(at(0, -1)).offset()).isEqualTo(6);
        ListOffsetsRequestData debugging =
                data(IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1)).setReplicaId(-2);
        assertThat(only(parse(debugging, LATEST_VERSION)).offset()).isEqualTo(15);
    }

    @Test
    void specialTimestampsAnswerAsABrokerWithoutTiering() {
        broker.first.maxTimestamp = found(7_000, 4);

        ListOffsetsPartitionResponse earliest = one(LATEST_VERSION, -2);
        assertThat(earliest.offset()).isEqualTo(2);
        assertThat(earliest.timestamp()).isEqualTo(-1);
        assertThat(earliest.leaderEpoch()).isEqualTo(5);
        assertThat(one(LATEST_VERSION, -3).offset()).isEqualTo(4);
        assertThat(one(LATEST_VERSION, -3).timestamp()).isEqualTo(7_000);
        assertThat(one(LATEST_VERSION, -4).offset()).isEqualTo(2);
        for (long timestamp : new long[] {-5, -6}) {
            ListOffsetsPartitionResponse none = one(LATEST_VERSION, timestamp);
            assertThat(Errors.forCode(none.errorCode())).isEqualTo(Errors.NONE);
            assertThat(none.offset()).isEqualTo(-1);
            assertThat(none.leaderEpoch()).isEqualTo(-1);
        }
    }

    @Test
    void aTimestampThatTheVersionDoesNotKnowIsUnsupported() {
        assertThat(errorOf(one(6, -3))).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(errorOf(one(7, -4))).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(errorOf(one(8, -5))).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(errorOf(one(10, -6))).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(errorOf(one(11, -7))).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(errorOf(one(7, -3))).isEqualTo(Errors.NONE);
    }

    @Test
    void byTimeFindsARecordOrNothing() {
        broker.first.byTimestamp = found(1_005, 4);
        ListOffsetsPartitionResponse found = one(LATEST_VERSION, 1_001);
        broker.first.byTimestamp = CompletableFuture.completedFuture(Optional.empty());
        ListOffsetsPartitionResponse nothing = one(LATEST_VERSION, 9_999);

        assertThat(found.offset()).isEqualTo(4);
        assertThat(found.timestamp()).isEqualTo(1_005);
        assertThat(errorOf(nothing)).isEqualTo(Errors.NONE);
        assertThat(nothing.offset()).isEqualTo(-1);
        assertThat(nothing.timestamp()).isEqualTo(-1);
    }

    @Test
    void theLargestTimestampBeyondTheStableOffsetIsNotThereYet() {
        broker.first.maxTimestamp = found(9_000, 8);

        assertThat(committed(at(0, -3)).offset()).isEqualTo(-1);
        assertThat(one(LATEST_VERSION, -3).offset()).isEqualTo(8);
    }

    @Test
    void aColdSearchIsWaitedForAndBounded() {
        broker.first.byTimestamp = new CompletableFuture<>();
        CompletableFuture<ListOffsetsResponseData> found =
                broker.call(request(LATEST_VERSION, IsolationLevel.READ_UNCOMMITTED, 200, at(0, 5), at(1, -1)));
        assertThat(found).isNotDone();
        broker.first.byTimestamp.complete(Optional.of(new TimestampAndOffset(6, 3, Optional.of(2))));
        assertThat(found.resultNow().topics().getFirst().partitions().getFirst().offset())
                .isEqualTo(3);

        broker.first.byTimestamp = new CompletableFuture<>();
        CompletableFuture<ListOffsetsResponseData> late =
                broker.call(request(LATEST_VERSION, IsolationLevel.READ_UNCOMMITTED, 200, at(0, 5), at(1, -1)));
        broker.timer.advanceClock(200);
        assertThat(late.resultNow().topics().getFirst().partitions())
                .extracting(partition -> Errors.forCode(partition.errorCode()))
                .containsExactly(Errors.REQUEST_TIMED_OUT, Errors.NONE);
    }

    @Test
    void faultsEpochsAndRepetitionsAreTold() {
        broker.first.byTimestamp =
                CompletableFuture.failedFuture(new WeirException(FaultKind.UNAVAILABLE, "the store is away"));
        assertThat(errorOf(one(LATEST_VERSION, 5))).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(errorOf(only(parse(
                        data(IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1).setCurrentLeaderEpoch(4)), LATEST_VERSION))))
                .isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(errorOf(only(parse(
                        data(IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1).setCurrentLeaderEpoch(6)), LATEST_VERSION))))
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        assertThat(broker.<ListOffsetsResponseData>call(
                                request(LATEST_VERSION, IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1), at(0, -2)))
                        .resultNow()
                        .topics()
                        .getFirst()
                        .partitions())
                .extracting(partition -> Errors.forCode(partition.errorCode()))
                .containsExactly(Errors.INVALID_REQUEST, Errors.INVALID_REQUEST);
    }

    @Test
    void followersAreRefused() {
        CompletableFuture<ListOffsetsResponseData> answer = broker.call(
                parse(data(IsolationLevel.READ_UNCOMMITTED, 0, at(0, -1)).setReplicaId(3), LATEST_VERSION));

        assertThat(answer.exceptionNow()).isInstanceOf(InvalidRequestException.class);
    }

    private ListOffsetsPartitionResponse one(int version, long timestamp) {
        return only(request(version, IsolationLevel.READ_UNCOMMITTED, 0, at(0, timestamp)));
    }

    private ListOffsetsPartitionResponse committed(ListOffsetsPartition asked) {
        return only(request(LATEST_VERSION, IsolationLevel.READ_COMMITTED, 0, asked));
    }

    private ListOffsetsPartitionResponse only(ListOffsetsRequest request) {
        ListOffsetsResponseData answer =
                broker.<ListOffsetsResponseData>call(request).resultNow();
        return answer.topics().getFirst().partitions().getFirst();
    }

    private static Errors errorOf(ListOffsetsPartitionResponse partition) {
        return Errors.forCode(partition.errorCode());
    }

    private static CompletableFuture<Optional<TimestampAndOffset>> found(long timestamp, long offset) {
        return CompletableFuture.completedFuture(
                Optional.of(new TimestampAndOffset(timestamp, offset, Optional.of(3))));
    }

    private static ListOffsetsPartition at(int partition, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(timestamp);
    }

    private static ListOffsetsRequest request(
            int version, IsolationLevel isolation, int timeoutMs, ListOffsetsPartition... asked) {
        return parse(data(isolation, timeoutMs, asked), (short) version);
    }

    private static ListOffsetsRequestData data(IsolationLevel isolation, int timeoutMs, ListOffsetsPartition... asked) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setIsolationLevel(isolation.id())
                .setTimeoutMs(timeoutMs)
                .setTopics(new ArrayList<>(
                        List.of(new ListOffsetsTopic().setName("orders").setPartitions(List.of(asked)))));
    }

    private static ListOffsetsRequest parse(ListOffsetsRequestData data, short version) {
        if (version < 2) {
            data.setIsolationLevel((byte) 0);
        }
        return ListOffsetsRequest.parse(MessageUtil.toByteBufferAccessor(data, version), version);
    }
}
