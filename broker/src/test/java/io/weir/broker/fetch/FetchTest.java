package io.weir.broker.fetch;

import static io.weir.broker.fake.TestBroker.ORDERS;
import static io.weir.broker.fetch.FetchRequests.at;
import static io.weir.broker.fetch.FetchRequests.errors;
import static io.weir.broker.fetch.FetchRequests.partitions;
import static io.weir.broker.fetch.FetchRequests.release;
import static io.weir.broker.fetch.FetchRequests.sizes;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.Batches;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.TestBroker;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.PartitionStatus.State;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fetches that are answered without waiting. */
class FetchTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void leasesAreGivenBack() {
        assertThat(broker.first.openLeases).hasValue(0);
        assertThat(broker.second.openLeases).hasValue(0);
        assertThat(broker.metric("weir_fetch_waiting")).isZero();
        broker.close();
    }

    static List<Short> versions() {
        return ApiKeys.FETCH.allVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void answersAtEveryVersion(short version) {
        broker.first.put(Batches.of(3));
        broker.second.put(Batches.of(1));
        broker.second.epochEnds = Map.of(2, 0L);

        FetchResponseData answer = fetch(FetchRequests.version(version)
                .committed()
                .from(
                        "orders",
                        ORDERS,
                        at(0, 0).setCurrentLeaderEpoch(version >= 9 ? 5 : -1),
                        at(1, 1).setLastFetchedEpoch(version >= 12 ? 2 : -1),
                        at(2, 0))
                .from("nowhere", new Uuid(9, 9), at(0, 0)));

        assertThat(errors(answer))
                .containsExactly(
                        Errors.NONE,
                        Errors.NONE,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        version >= 13 ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(sizes(answer).getFirst()).isPositive();
        assertThat(TestBroker.written(FetchRequests.copied(answer), version)).isNotNull();
    }

    @Test
    void aRecordGoesOutAsItCameIn() {
        broker.first.put(Batches.of(3));

        FetchResponseData answer = fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 1)));

        PartitionData partition = partitions(answer).getFirst();
        assertThat(partition.highWatermark()).isEqualTo(3);
        assertThat(partition.lastStableOffset()).isEqualTo(3);
        assertThat(partition.logStartOffset()).isZero();
        assertThat(partition.abortedTransactions()).isNull();
        assertThat(partition.preferredReadReplica()).isEqualTo(-1);
        assertThat(partition.records().sizeInBytes()).isEqualTo(Batches.of(3).sizeInBytes());
        assertThat(answer.sessionId()).isZero();
        assertThat(broker.metric("weir_fetch_records", "topic", "orders")).isEqualTo(3);
        assertThat(broker.metric("weir_fetch_bytes", "topic", "orders"))
                .isEqualTo(partition.records().sizeInBytes());
        assertThat(broker.metric("weir_fetch_requests", "topic", "orders")).isEqualTo(1);
        release(answer);
    }

    @Test
    void aPartitionWithoutNewRecordsIsNotRead() {
        broker.first.put(Batches.of(3));

        FetchResponseData answer = fetch(FetchRequests.latest().wait(0, 1).from("orders", ORDERS, at(0, 3), at(1, 0)));

        assertThat(errors(answer)).containsExactly(Errors.NONE, Errors.NONE);
        assertThat(partitions(answer).getFirst().highWatermark()).isEqualTo(3);
        assertThat(broker.first.reads).hasValue(0);
        assertThat(broker.second.reads).hasValue(0);
    }

    @Test
    void theFirstBatchMayExceedTheBoundsAndNothingElse() {
        int batch = Batches.of(1).sizeInBytes();
        broker.first.put(Batches.of(1));
        broker.first.put(Batches.of(1));
        broker.second.put(Batches.of(1));

        assertThat(fetchSizes(FetchRequests.latest()
                        .maxBytes(10)
                        .from("orders", ORDERS, at(0, 0).setPartitionMaxBytes(5), at(1, 0))))
                .containsExactly(batch, 0);
        assertThat(fetchSizes(FetchRequests.latest().maxBytes(batch + 5).from("orders", ORDERS, at(0, 0), at(1, 0))))
                .containsExactly(batch, 0);
        assertThat(fetchSizes(FetchRequests.latest().maxBytes(3 * batch).from("orders", ORDERS, at(0, 0), at(1, 0))))
                .containsExactly(2 * batch, batch);
        // An empty partition in front leaves the privilege to the next.
        assertThat(fetchSizes(FetchRequests.latest()
                        .maxBytes(10)
                        .from("orders", ORDERS, at(0, 2), at(1, 0).setPartitionMaxBytes(0))))
                .containsExactly(0, batch);
    }

    @Test
    void partitionsAreReadInTheClientsOrder() {
        int batch = Batches.of(1).sizeInBytes();
        broker.first.put(Batches.of(1));
        broker.second.put(Batches.of(1));

        assertThat(fetchSizes(FetchRequests.latest().maxBytes(batch).from("orders", ORDERS, at(1, 0), at(0, 0))))
                .containsExactly(batch, 0);
    }

    @Test
    void offsetsOutOfRangeAreTold() {
        broker.first.put(Batches.of(3));
        broker.first.logStart = 2;

        assertThat(errors(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 1)))))
                .containsExactly(Errors.OFFSET_OUT_OF_RANGE);
        FetchResponseData beyond = fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 4)));
        assertThat(errors(beyond)).containsExactly(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(partitions(beyond).getFirst().highWatermark()).isEqualTo(-1);
    }

    @Test
    void anOffsetThatIsWrittenButNotYetDurableIsInRange() {
        broker.first.autoCommit = false;
        broker.first.putUncommitted(Batches.of(3));

        assertThat(errors(fetch(FetchRequests.latest().wait(0, 1).from("orders", ORDERS, at(0, 3)))))
                .containsExactly(Errors.NONE);
        assertThat(errors(fetch(FetchRequests.latest().wait(0, 1).from("orders", ORDERS, at(0, 4)))))
                .containsExactly(Errors.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void readCommittedStopsAtTheLastStableOffsetAndNamesAbortedTransactions() {
        broker.first.put(Batches.of(3));
        broker.first.put(Batches.of(3));
        broker.first.lastStable = 3;
        broker.first.aborted = List.of(new AbortedTransaction().setProducerId(7).setFirstOffset(1));

        FetchResponseData answer = fetch(FetchRequests.latest().committed().from("orders", ORDERS, at(0, 0)));

        PartitionData partition = partitions(answer).getFirst();
        assertThat(partition.records().sizeInBytes()).isEqualTo(Batches.of(3).sizeInBytes());
        assertThat(partition.lastStableOffset()).isEqualTo(3);
        assertThat(partition.highWatermark()).isEqualTo(6);
        assertThat(partition.abortedTransactions()).hasSize(1);
        release(answer);
        assertThat(sizes(fetch(FetchRequests.latest().wait(0, 1).committed().from("orders", ORDERS, at(0, 3)))))
                .containsExactly(0);
    }

    @Test
    void leaderEpochsAreFenced() {
        FetchResponseData older =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0).setCurrentLeaderEpoch(4)));
        FetchResponseData newer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0).setCurrentLeaderEpoch(6)));

        assertThat(errors(older)).containsExactly(Errors.FENCED_LEADER_EPOCH);
        assertThat(partitions(older).getFirst().currentLeader().leaderId()).isEqualTo(1);
        assertThat(partitions(older).getFirst().currentLeader().leaderEpoch()).isEqualTo(5);
        assertThat(older.nodeEndpoints().find(1).port()).isEqualTo(9001);
        assertThat(errors(newer)).containsExactly(Errors.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void theCurrentLeaderIsNamedFromVersionSixteenOn() {
        FetchResponseData now = fetch(FetchRequests.version(16).from("orders", ORDERS, at(2, 0)));
        FetchResponseData before = fetch(FetchRequests.version(15).from("orders", ORDERS, at(2, 0)));

        assertThat(partitions(now).getFirst().currentLeader().leaderId()).isEqualTo(2);
        assertThat(now.nodeEndpoints().find(2).host()).isEqualTo("host-2");
        assertThat(before.nodeEndpoints()).isEmpty();
        assertThat(partitions(before).getFirst().currentLeader().leaderId()).isEqualTo(-1);
    }

    @Test
    void aDivergingEpochIsToldInsteadOfRecords() {
        broker.first.put(Batches.of(10));
        broker.first.epochEnds = Map.of(3, 6L);

        FetchResponseData diverging =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 8).setLastFetchedEpoch(3)));
        FetchResponseData agreeing =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 6).setLastFetchedEpoch(3)));
        FetchResponseData unknown =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 6).setLastFetchedEpoch(9)));

        assertThat(partitions(diverging).getFirst().divergingEpoch().epoch()).isEqualTo(3);
        assertThat(partitions(diverging).getFirst().divergingEpoch().endOffset())
                .isEqualTo(6);
        assertThat(sizes(diverging)).containsExactly(0);
        assertThat(sizes(agreeing).getFirst()).isPositive();
        assertThat(errors(unknown)).containsExactly(Errors.OFFSET_OUT_OF_RANGE);
        release(agreeing);
    }

    @Test
    void aPartitionThatIsNotReadyIsNotServed() {
        for (State state : List.of(State.ASSIGNED, State.RECOVERING, State.CLOSING, State.FENCED)) {
            broker.first.state = state;
            assertThat(errors(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)))))
                    .containsExactly(Errors.NOT_LEADER_OR_FOLLOWER);
        }
        broker.first.state = State.FAILED;
        assertThat(errors(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)))))
                .containsExactly(Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void faultsOfTheStoreGetKafkasNames() {
        broker.first.put(Batches.of(1));
        Map<FaultKind, Errors> names = Map.of(
                FaultKind.CORRUPT, Errors.CORRUPT_MESSAGE,
                FaultKind.UNAVAILABLE, Errors.KAFKA_STORAGE_ERROR,
                FaultKind.FENCED, Errors.NOT_LEADER_OR_FOLLOWER,
                FaultKind.INTERNAL, Errors.UNKNOWN_SERVER_ERROR);
        names.forEach((kind, error) -> {
            broker.first.readFault = new WeirException(kind, "as the test says");
            assertThat(errors(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)))))
                    .containsExactly(error);
        });
    }

    @Test
    void anErrorIsToldAtOnceWithTheOthersRecords() {
        broker.second.put(Batches.of(1));

        FetchResponseData answer =
                fetch(FetchRequests.latest().wait(500, 100_000).from("orders", ORDERS, at(0, 99), at(1, 0)));

        assertThat(errors(answer)).containsExactly(Errors.OFFSET_OUT_OF_RANGE, Errors.NONE);
        assertThat(sizes(answer).get(1)).isPositive();
        release(answer);
    }

    @Test
    void aTopicThatWasMadeAnewIsInconsistent() {
        Uuid anew = new Uuid(2, 2);
        broker.cluster.apply(
                FakeCluster.remove(ORDERS), FakeCluster.topic("orders", anew), FakeCluster.partition(anew, 0, 1, 0));

        assertThat(errors(fetch(FetchRequests.latest().from("orders", anew, at(0, 0)))))
                .containsExactly(Errors.INCONSISTENT_TOPIC_ID);
    }

    @Test
    void followersAndForeignSessionsAreRefused() {
        for (int version : new int[] {12, 18}) {
            CompletableFuture<FetchResponseData> follower = broker.call(FetchRequests.version(version)
                    .replica(2)
                    .from("orders", ORDERS, at(0, 0))
                    .build());
            assertThat(follower.exceptionNow()).isInstanceOf(InvalidRequestException.class);
        }
        FetchResponseData session = fetch(FetchRequests.latest().session(77, 3).from("orders", ORDERS, at(0, 0)));
        assertThat(Errors.forCode(session.errorCode())).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND);
        assertThat(errors(fetch(FetchRequests.latest().wait(0, 1).session(0, 0).from("orders", ORDERS, at(0, 0)))))
                .containsExactly(Errors.NONE);
        CompletableFuture<FetchResponseData> isolation = broker.call(FetchRequests.latest()
                .isolation(7)
                .from("orders", ORDERS, at(0, 0))
                .build());
        assertThat(isolation.exceptionNow()).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void nothingAskedIsNothingAnswered() {
        assertThat(fetch(FetchRequests.latest()).responses()).isEmpty();
    }

    @Test
    void coldReadsAreWaitedForWithoutBlocking() {
        broker.first.put(Batches.of(2));
        broker.second.put(Batches.of(1));
        broker.first.cold = true;
        broker.second.cold = true;

        CompletableFuture<FetchResponseData> answer = broker.call(FetchRequests.latest()
                .from("orders", ORDERS, at(0, 0), at(1, 0))
                .build());

        assertThat(answer).isNotDone();
        assertThat(broker.second.reads).hasValue(0); // the first may exceed the bounds, so the second waits for it
        broker.first.thaw();
        assertThat(answer).isNotDone();
        broker.second.thaw();
        assertThat(sizes(answer.resultNow()))
                .containsExactly(Batches.of(2).sizeInBytes(), Batches.of(1).sizeInBytes());
        release(answer.resultNow());
    }

    @Test
    void behindTheFirstBatchColdReadsRunSideBySide() {
        broker.first.put(Batches.of(1));
        broker.second.put(Batches.of(1));
        broker.second.put(Batches.of(1));
        broker.second.cold = true;

        CompletableFuture<FetchResponseData> answer = broker.call(FetchRequests.latest()
                .from("orders", ORDERS, at(0, 0), at(1, 0), at(1, 1))
                .build());

        assertThat(broker.second.reads).hasValue(2);
        assertThat(answer).isNotDone();
        broker.second.thaw();
        assertThat(sizes(answer.resultNow())).allMatch(size -> size > 0);
        release(answer.resultNow());
    }

    @Test
    void anAnswerThatNobodyTakesGivesItsLeasesBack() {
        broker.first.put(Batches.of(2));
        broker.first.cold = true;
        CompletableFuture<FetchResponseData> answer = broker.call(
                FetchRequests.latest().from("orders", ORDERS, at(0, 0)).build());

        answer.cancel(false);
        broker.first.thaw();

        assertThat(broker.first.openLeases).hasValue(0);
    }

    private FetchResponseData fetch(FetchRequests request) {
        return broker.<FetchResponseData>call(request.build()).resultNow();
    }

    private List<Integer> fetchSizes(FetchRequests request) {
        FetchResponseData answer = fetch(request);
        release(answer);
        return sizes(answer);
    }
}
