package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.Call;
import io.weir.proxy.fetch.FetchConfig;
import io.weir.proxy.support.FakeTail;
import io.weir.proxy.support.Lease;
import io.weir.proxy.support.TestCluster;
import io.weir.proxy.tail.TailConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchTest {
    /** Owners are asked directly; tails have tests of their own. */
    private final TestCluster cluster =
            new TestCluster(ProxyConfig.defaults().withTail(TailConfig.ofBytes(0)));
    private final FakeTail one = new FakeTail();
    private final FakeTail two = new FakeTail();
    private Uuid topic = Uuid.ZERO_UUID;

    @BeforeEach
    void twoOwners() {
        topic = cluster.view.createTopic("t", 1, 2, 1, -1);
        cluster.broker(1).onAsync(ApiKeys.FETCH, one::fetch);
        cluster.broker(2).onAsync(ApiKeys.FETCH, two::fetch);
    }

    /** Partitions with the offset that is wanted next, as partition, offset, partition, offset... */
    private FetchRequestData request(int sessionId, int epoch, long... partitionsAndOffsets) {
        FetchTopic wanted = new FetchTopic().setTopic("t").setTopicId(topic);
        for (int i = 0; i < partitionsAndOffsets.length; i += 2) {
            wanted.partitions()
                    .add(new FetchPartition()
                            .setPartition((int) partitionsAndOffsets[i])
                            .setFetchOffset(partitionsAndOffsets[i + 1])
                            .setPartitionMaxBytes(1 << 20));
        }
        FetchRequestData request = new FetchRequestData()
                .setMaxWaitMs(500)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setSessionId(sessionId)
                .setSessionEpoch(epoch);
        if (partitionsAndOffsets.length > 0) {
            request.topics().add(wanted);
        }
        return request;
    }

    private FetchResponseData ask(FetchRequestData request) {
        return ask(17, request);
    }

    private FetchResponseData ask(int version, FetchRequestData request) {
        return cluster.ask(FetchResponseData.class, ApiKeys.FETCH, version, request);
    }

    /** Partition to records, or to the error. */
    private static Map<Integer, Object> found(FetchResponseData answer) {
        Map<Integer, Object> found = new TreeMap<>();
        answer.responses()
                .forEach(topic -> topic.partitions()
                        .forEach(p -> found.put(
                                p.partitionIndex(), p.errorCode() == 0 ? count(p) : Errors.forCode(p.errorCode()))));
        return found;
    }

    private static int count(PartitionData partition) {
        int[] count = {0};
        ((MemoryRecords) partition.records()).records().forEach(r -> count[0]++);
        return count[0];
    }

    private static FetchRequestData sent(Call call) {
        return ((FetchRequest) call.request()).data();
    }

    @Test
    void withoutASessionOneOwnerGetsTheVeryCall() {
        one.append(0, 3);
        Call call = cluster.call(ApiKeys.FETCH, 17, request(0, -1, 0, 0, 2, 0));

        FetchResponseData answer = (FetchResponseData) TestCluster.now(cluster.proxy.call(call));

        assertThat(cluster.broker(1).lastCall()).isSameAs(call);
        assertThat(answer.sessionId()).isZero();
        assertThat(one.leases()).noneMatch(Lease::isReleased);
    }

    @Test
    void aSessionRemembersAndLeavesOutWhatHasNotChanged() {
        one.append(0, 3);
        one.append(2, 1);
        FetchResponseData first = ask(request(0, 0, 0, 0, 2, 0));
        int session = first.sessionId();
        assertThat(session).isPositive();
        assertThat(found(first)).isEqualTo(Map.of(0, 3, 2, 1));
        assertThat(sent(cluster.broker(1).lastCall()).sessionId()).isZero();
        assertThat(sent(cluster.broker(1).lastCall()).sessionEpoch()).isEqualTo(-1);

        one.append(0, 2);
        FetchResponseData second = ask(request(session, 1, 0, 3, 2, 1));
        assertThat(found(second)).as("partition 2 has nothing new").isEqualTo(Map.of(0, 2));
        assertThat(second.sessionId()).isEqualTo(session);

        // Partition 2 is wanted still though the request no longer names it.
        one.append(2, 4);
        assertThat(found(ask(request(session, 2, 0, 5)))).isEqualTo(Map.of(2, 4));
        FetchRequestData plain = sent(cluster.broker(1).lastCall());
        assertThat(plain.topics().getFirst().partitions())
                .extracting(FetchPartition::fetchOffset)
                .containsExactlyInAnyOrder(5L, 1L);

        FetchRequestData forgetting = request(session, 3).setMaxWaitMs(0);
        forgetting
                .forgottenTopicsData()
                .add(new ForgottenTopic().setTopic("t").setTopicId(topic).setPartitions(List.of(2)));
        assertThat(found(ask(forgetting))).isEmpty();
        assertThat(sent(cluster.broker(1).lastCall()).topics().getFirst().partitions())
                .extracting(FetchPartition::partition)
                .containsExactly(0);
        assertThat(cluster.counter("weir_proxy_fetch_sessions_opened")).isEqualTo(1);
    }

    @Test
    void aSessionCanBeClosed() {
        int session = ask(request(0, 0, 0, 0).setMaxWaitMs(0)).sessionId();
        assertThat(ask(request(session, -1, 0, 0).setMaxWaitMs(0)).sessionId()).isZero();
        assertThat(ask(request(session, 1)).errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
    }

    @Test
    void sessionsThatAreGoneOrOutOfStepAreSaid() {
        assertThat(ask(request(123, 1)).errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        assertThat(ask(request(-5, 1)).errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        assertThat(ask(request(Integer.MAX_VALUE, 1)).errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        assertThat(ask(request(Integer.MAX_VALUE, 0, 0, 0).setMaxWaitMs(0)).sessionId())
                .isPositive();
        int session = ask(request(0, 0, 0, 0).setMaxWaitMs(0)).sessionId();
        assertThat(ask(request(session, 7)).errorCode()).isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH.code());
        assertThat(ask(12, request(session, 1)).errorCode()).isEqualTo(Errors.FETCH_SESSION_TOPIC_ID_ERROR.code());
        assertThat(cluster.counter("weir_proxy_fetch_session_errors")).isEqualTo(5);
    }

    private static ProxyConfig sessions(int slots, int partitions) {
        ProxyConfig config = ProxyConfig.defaults();
        return new ProxyConfig(
                true,
                config.offsetsTopic(),
                true,
                config.maxPartitionsDescribed(),
                new FetchConfig(
                        slots,
                        partitions,
                        config.fetch().maxBytes(),
                        config.fetch().splitWait()),
                config.visibilityWait(),
                config.producerIdWait())
                .withTail(TailConfig.ofBytes(0));
    }

    /** Partitions that do not exist, as a client may name them. */
    private FetchRequestData wide(int from, int count) {
        long[] pairs = new long[2 * count];
        for (int i = 0; i < count; i++) {
            pairs[2 * i] = (long) from + i;
        }
        return request(0, 0, pairs);
    }

    @Test
    void aSessionThatWouldTakeTheRoomOfOthersIsNotOpened() {
        TestCluster small = new TestCluster(sessions(10, 100));
        topic = small.view.createTopic("t", 1);
        small.broker(1).onAsync(ApiKeys.FETCH, one::fetch);
        one.append(0, 1);

        FetchResponseData wide = small.ask(FetchResponseData.class, ApiKeys.FETCH, wide(0, 51));
        assertThat(wide.sessionId()).isZero();
        assertThat(wide.responses().getFirst().partitions()).hasSize(51);
        assertThat(small.ask(FetchResponseData.class, ApiKeys.FETCH, wide(0, 50))
                        .sessionId())
                .isPositive();
        assertThat(small.ask(FetchResponseData.class, ApiKeys.FETCH, request(0, 0, 0, 0))
                        .sessionId())
                .isPositive();
        assertThat(small.gauge("weir_proxy_fetch_session_partitions")).isEqualTo(51);
        assertThat(small.counter("weir_proxy_fetch_sessions_refused")).isEqualTo(1);
    }

    @Test
    void aSessionThatGrowsBeyondTheBoundIsClosed() {
        TestCluster small = new TestCluster(sessions(10, 3_000));
        topic = small.view.createTopic("t", 1);
        small.broker(1).onAsync(ApiKeys.FETCH, one::fetch);
        one.append(0, 1);
        int session = small.ask(FetchResponseData.class, ApiKeys.FETCH, request(0, 0, 0, 0))
                .sessionId();
        int epoch = 1;
        FetchResponseData answer;
        do {
            answer = small.ask(
                    FetchResponseData.class,
                    ApiKeys.FETCH,
                    wide(100 * epoch, 100).setSessionId(session).setSessionEpoch(epoch));
            epoch++;
        } while (answer.errorCode() == 0 && epoch < 100);

        assertThat(answer.errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        assertThat(epoch).isBetween(30, 45);
        assertThat(small.gauge("weir_proxy_fetch_session_partitions")).isZero();
    }

    @Test
    void whenThereIsNoRoomForSessionsFetchesWorkWithout() {
        TestCluster full = new TestCluster(sessions(0, 1_000));
        topic = full.view.createTopic("t", 1);
        full.broker(1).onAsync(ApiKeys.FETCH, one::fetch);
        one.append(0, 2);
        FetchResponseData answer = full.ask(FetchResponseData.class, ApiKeys.FETCH, request(0, 0, 0, 0));
        assertThat(answer.sessionId()).isZero();
        assertThat(found(answer)).isEqualTo(Map.of(0, 2));
    }

    @Test
    void severalOwnersAreMerged() {
        one.append(0, 3);
        two.append(1, 4);
        FetchRequestData request = request(0, 0, 2, 0, 1, 0, 0, 0, 3, 0, 9, 0);
        request.topics()
                .add(new FetchTopic()
                        .setTopicId(new Uuid(6, 6))
                        .setPartitions(List.of(new FetchPartition().setPartition(0))));

        FetchResponseData answer = ask(request);

        assertThat(answer.responses())
                .extracting(FetchableTopicResponse::topicId)
                .containsExactly(topic, new Uuid(6, 6));
        assertThat(answer.responses().getFirst().partitions())
                .extracting(PartitionData::partitionIndex)
                .containsExactly(2, 1, 0, 3, 9);
        assertThat(found(new FetchResponseData()
                        .setResponses(List.of(answer.responses().getFirst()))))
                .isEqualTo(Map.of(
                        0, 3, 1, 4, 2, 0, 3, Errors.NOT_LEADER_OR_FOLLOWER, 9, Errors.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(answer.responses().getLast().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        assertThat(sent(cluster.broker(1).lastCall()).maxBytes())
                .as("by its share of the partitions")
                .isEqualTo((1 << 20) * 2 / 3);
        assertThat(one.leases()).hasSize(1).noneMatch(Lease::isReleased);
        assertThat(two.leases()).hasSize(1).noneMatch(Lease::isReleased);
    }

    @Test
    void theFirstOwnerWithRecordsEndsTheWaitOfAll() {
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.FETCH, 17, request(0, 0, 0, 0, 1, 0));
        assertThat(answer).isNotDone();
        assertThat(one.waiting()).isEqualTo(1);
        assertThat(two.waiting()).isEqualTo(1);

        two.append(1, 5);
        two.wake();

        FetchResponseData data = (FetchResponseData) TestCluster.now(answer);
        int session = data.sessionId();
        assertThat(found((FetchResponseData) TestCluster.overTheWire(ApiKeys.FETCH, 17, data)))
                .isEqualTo(Map.of(0, 0, 1, 5));
        assertThat(one.waiting()).as("nobody waits for an answer that has left").isZero();
        assertThat(two.leases()).noneMatch(Lease::isReleased);
        one.append(0, 7);
        // Nothing is lost: the next fetch has it.
        assertThat(found(ask(request(session, 1, 1, 5)))).isEqualTo(Map.of(0, 7));
    }

    @Test
    void tooFewRecordsOfSeveralOwnersAreHeldUntilTheWaitEnds() {
        one.append(0, 1);
        FetchRequestData request = request(0, -1, 0, 0, 1, 0).setMinBytes(100_000);
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.FETCH, 17, request);
        // The first owner was asked twice; its second answer took the place of the first.
        assertThat(cluster.broker(1).calls()).hasSize(2);
        assertThat(sent(cluster.broker(1).lastCall()).minBytes()).isEqualTo(50_000);

        FetchResponseData data = (FetchResponseData) TestCluster.now(answer);
        assertThat(found((FetchResponseData) TestCluster.overTheWire(ApiKeys.FETCH, 17, data)))
                .isEqualTo(Map.of(0, 1, 1, 0));
        assertThat(one.leases()).extracting(Lease::isReleased).containsExactly(true, false);
        assertThat(two.waiting()).isZero();
    }

    @Test
    void anOwnerThatFailsSpoilsOnlyItsOwn() {
        two.append(1, 1);
        cluster.broker(1)
                .onAsync(ApiKeys.FETCH, call -> CompletableFuture.failedFuture(Errors.KAFKA_STORAGE_ERROR.exception()));
        assertThat(found(ask(request(0, 0, 0, 0, 1, 0)))).isEqualTo(Map.of(0, Errors.KAFKA_STORAGE_ERROR, 1, 1));
        cluster.broker(1)
                .on(ApiKeys.FETCH, call -> new FetchResponseData().setErrorCode(Errors.UNKNOWN_SERVER_ERROR.code()));
        assertThat(found(ask(request(0, 0, 0, 0)))).isEqualTo(Map.of(0, Errors.UNKNOWN_SERVER_ERROR));
    }

    @Test
    void recordsForASessionThatHasMovedOnAreReleased() {
        int session = ask(request(0, 0, 0, 0).setMaxWaitMs(0)).sessionId();
        CompletableFuture<? extends ApiMessage> late = cluster.send(ApiKeys.FETCH, 17, request(session, 1));
        // The client gave up on that one and goes on.
        assertThat(ask(request(session, 2).setMaxWaitMs(0)).errorCode()).isZero();
        one.append(0, 1);
        one.wake();
        FetchResponseData answer = (FetchResponseData) TestCluster.now(late);
        assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH.code());
        assertThat(one.leases()).hasSize(1).allMatch(Lease::isReleased);
    }

    @Test
    void answersInAnyOrderAreTakenAndStrayRecordsReleased() {
        Lease wanted = new Lease();
        Lease stray = new Lease();
        Lease twice = new Lease();
        MemoryRecords records = MemoryRecords.withRecords(
                org.apache.kafka.common.compress.Compression.NONE,
                new org.apache.kafka.common.record.internal.SimpleRecord(new byte[1]));
        cluster.broker(1).on(ApiKeys.FETCH, call -> {
            List<PartitionData> partitions = new ArrayList<>();
            partitions.add(new PartitionData().setPartitionIndex(2).setRecords(wanted.of(records)));
            partitions.add(new PartitionData().setPartitionIndex(8).setRecords(stray.of(records)));
            partitions.add(new PartitionData().setPartitionIndex(0));
            partitions.add(new PartitionData().setPartitionIndex(2).setRecords(twice.of(records)));
            return new FetchResponseData()
                    .setResponses(List.of(new FetchableTopicResponse()
                            .setTopic("t")
                            .setTopicId(topic)
                            .setPartitions(partitions)));
        });
        assertThat(found(ask(request(0, 0, 0, 0, 2, 0)))).isEqualTo(Map.of(0, 0, 2, 1));
        assertThat(wanted.isReleased()).isFalse();
        assertThat(stray.isReleased()).isTrue();
        assertThat(twice.isReleased()).isTrue();
    }

    @Test
    void aTopicThatWasDeletedOrMadeAgainIsUnknownByItsOldId() {
        int session = ask(request(0, 0, 0, 0).setMaxWaitMs(0)).sessionId();
        cluster.view.deleteTopic(topic);
        assertThat(found(ask(request(session, 1)))).isEqualTo(Map.of(0, Errors.UNKNOWN_TOPIC_ID));
        cluster.view.createTopic("t", 1);
        assertThat(found(ask(request(session, 2)))).isEqualTo(Map.of(0, Errors.UNKNOWN_TOPIC_ID));
    }

    @Test
    void aTopicThatAppearsLaterIsFoundByTheSession() {
        Uuid later = new Uuid(9, 9);
        Uuid old = topic;
        topic = later;
        int session = ask(request(0, 0, 0, 0)).sessionId();
        assertThat(cluster.broker(1).calls()).isEmpty();
        cluster.view.replay(
                new org.apache.kafka.common.metadata.TopicRecord()
                        .setName("later")
                        .setTopicId(later),
                io.weir.proxy.support.FakeView.partition(later, 0, 1));
        one.append(0, 2);
        assertThat(found(ask(request(session, 1)))).isEqualTo(Map.of(0, 2));
        assertThat(sent(cluster.broker(1).lastCall()).topics().getFirst().topic())
                .isEqualTo("later");
        topic = old;
    }

    @Test
    void whatTheClientWantsReachesTheOwner() {
        FetchRequestData request = request(0, 0, 0, 3)
                .setIsolationLevel((byte) 1)
                .setRackId("rack-a")
                .setMinBytes(7)
                .setMaxWaitMs(0);
        request.topics()
                .getFirst()
                .partitions()
                .getFirst()
                .setCurrentLeaderEpoch(5)
                .setLastFetchedEpoch(4);
        ask(request);
        FetchRequestData sent = sent(cluster.broker(1).lastCall());
        assertThat(sent.isolationLevel()).isEqualTo((byte) 1);
        assertThat(sent.rackId()).isEqualTo("rack-a");
        assertThat(sent.minBytes()).isEqualTo(7);
        assertThat(sent.maxBytes()).isEqualTo(1 << 20);
        assertThat(sent.topics().getFirst().topicId()).isEqualTo(topic);
        assertThat(sent.topics().getFirst().topic()).isEqualTo("t");
        assertThat(sent.topics().getFirst().partitions().getFirst())
                .isEqualTo(new FetchPartition()
                        .setPartition(0)
                        .setFetchOffset(3)
                        .setCurrentLeaderEpoch(5)
                        .setLastFetchedEpoch(4)
                        .setPartitionMaxBytes(1 << 20));
    }

    @Test
    void aClientThatIsGoneEndsTheWaitAndItsRecordsAreReleased() {
        for (FetchRequestData request : List.of(request(0, 0, 0, 0), request(0, 0, 0, 0, 1, 0))) {
            CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.FETCH, 17, request);
            assertThat(one.waiting()).isEqualTo(1);
            answer.cancel(false);
            assertThat(one.waiting() + two.waiting()).isZero();
        }

        CompletableFuture<ApiMessage> late = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false; // too late for that
            }
        };
        cluster.broker(1).onAsync(ApiKeys.FETCH, call -> late);
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.FETCH, 17, request(0, 0, 0, 0));
        answer.cancel(false);
        Lease lease = new Lease();
        late.complete(new FetchResponseData()
                .setResponses(List.of(new FetchableTopicResponse()
                        .setTopicId(topic)
                        .setPartitions(List.of(new PartitionData()
                                .setPartitionIndex(0)
                                .setRecords(lease.of(MemoryRecords.withRecords(
                                        org.apache.kafka.common.compress.Compression.NONE,
                                        new org.apache.kafka.common.record.internal.SimpleRecord(new byte[1])))))))));
        assertThat(lease.isReleased()).isTrue();
    }

    @Test
    void nobodyFollowsHere() {
        FetchRequestData follower = request(0, 0, 0, 0);
        follower.replicaState().setReplicaId(4);
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.FETCH, 17, follower)))
                .isEqualTo(Errors.INVALID_REQUEST);
    }
}
