package io.weir.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.Batches;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.FakePartition;
import io.weir.broker.fake.TestBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeleteRecordsTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    static List<Short> versions() {
        return ApiKeys.DELETE_RECORDS.allVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void movesTheLogStartAndTellsWhereItIs(short version) {
        broker.first.put(Batches.of(10));
        broker.second.put(Batches.of(4));

        DeleteRecordsResponseData answer = broker.<DeleteRecordsResponseData>call(
                        request(version, "orders", at(0, 7), at(1, -1), at(2, 0), at(9, 0)))
                .resultNow();

        List<DeleteRecordsPartitionResult> results =
                List.copyOf(answer.topics().find("orders").partitions());
        assertThat(results)
                .extracting(result -> Errors.forCode(result.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.NONE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(results)
                .extracting(DeleteRecordsPartitionResult::lowWatermark)
                .containsExactly(7L, 4L, -1L, -1L);
        assertThat(broker.first.logStart).isEqualTo(7);
        assertThat(TestBroker.written(answer, version)).isNotNull();
    }

    @Test
    void offsetsThatAreNotThereAreRefused() {
        broker.first.put(Batches.of(10));

        assertThat(errors(request((short) 2, "orders", at(0, 11)))).containsExactly(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(errors(request((short) 2, "orders", at(0, -2)))).containsExactly(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(broker.first.logStart).isZero();
    }

    @Test
    void compactedAndInternalTopicsKeepTheirRecords() {
        broker.first.config = new LogConfig(Map.of("cleanup.policy", "compact"));
        Uuid id = new Uuid(3, 3);
        broker.cluster.apply(FakeCluster.topic("__consumer_offsets", id), FakeCluster.partition(id, 0, 1, 1));
        broker.partitions.add(
                new FakePartition(new TopicIdPartition(id, new TopicPartition("__consumer_offsets", 0)), 1));

        assertThat(errors(request((short) 2, "orders", at(0, -1)))).containsExactly(Errors.POLICY_VIOLATION);
        assertThat(errors(request((short) 2, "__consumer_offsets", at(0, -1))))
                .containsExactly(Errors.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void whatTakesTooLongIsTimedOut() {
        broker.first.deletion = new CompletableFuture<>();
        broker.second.put(Batches.of(4));
        CompletableFuture<DeleteRecordsResponseData> answer =
                broker.call(request((short) 2, "orders", at(0, 0), at(1, 3)));

        broker.timer.advanceClock(999);
        assertThat(answer).isNotDone();
        broker.timer.advanceClock(1);

        assertThat(answer.resultNow().topics().find("orders").partitions())
                .extracting(result -> Errors.forCode(result.errorCode()))
                .containsExactly(Errors.REQUEST_TIMED_OUT, Errors.NONE);
    }

    private List<Errors> errors(DeleteRecordsRequest request) {
        return broker.<DeleteRecordsResponseData>call(request).resultNow().topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(result -> Errors.forCode(result.errorCode()))
                .toList();
    }

    private static DeleteRecordsPartition at(int partition, long offset) {
        return new DeleteRecordsPartition().setPartitionIndex(partition).setOffset(offset);
    }

    private static DeleteRecordsRequest request(short version, String topic, DeleteRecordsPartition... asked) {
        return new DeleteRecordsRequest.Builder(new DeleteRecordsRequestData()
                        .setTimeoutMs(1_000)
                        .setTopics(
                                List.of(new DeleteRecordsTopic().setName(topic).setPartitions(List.of(asked)))))
                .build(version);
    }
}
