package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.Call;
import io.weir.proxy.support.TestCluster;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionRequestsTest {
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void twoOwners() {
        cluster.view.createTopic("t", 1, 2, -1);
        cluster.view.createTopic("u", 2);
        bothOwners(ApiKeys.LIST_OFFSETS, Answers::listOffsets);
        bothOwners(ApiKeys.OFFSET_FOR_LEADER_EPOCH, Answers::offsetForLeaderEpoch);
        bothOwners(ApiKeys.DELETE_RECORDS, Answers::deleteRecords);
        bothOwners(ApiKeys.DESCRIBE_PRODUCERS, Answers::describeProducers);
    }

    private void bothOwners(ApiKeys api, BiFunction<Call, Integer, ApiMessage> answer) {
        cluster.broker(1).on(api, call -> answer.apply(call, 1));
        cluster.broker(2).on(api, call -> answer.apply(call, 2));
    }

    private static ListOffsetsTopic offsetsOf(String name, int... partitions) {
        ListOffsetsTopic topic = new ListOffsetsTopic().setName(name);
        for (int partition : partitions) {
            topic.partitions()
                    .add(new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(-1));
        }
        return topic;
    }

    @Test
    void offsetsAreListedByOwnerInTheOrderOfTheRequest() {
        ListOffsetsRequestData request = new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setIsolationLevel((byte) 1)
                .setTimeoutMs(77)
                .setTopics(List.of(offsetsOf("u", 0), offsetsOf("t", 1, 0, 2, 7), offsetsOf("nope", 0)));

        ListOffsetsResponseData answer = cluster.ask(ListOffsetsResponseData.class, ApiKeys.LIST_OFFSETS, request);

        assertThat(answer.topics()).extracting(ListOffsetsTopicResponse::name).containsExactly("u", "t", "nope");
        assertThat(answer.topics().get(1).partitions())
                .extracting(ListOffsetsPartitionResponse::offset)
                .containsExactly(2001L, 1000L, -1L, -1L);
        assertThat(answer.topics().get(1).partitions())
                .extracting(p -> Errors.forCode(p.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.NONE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        ListOffsetsRequestData part =
                ((ListOffsetsRequest) cluster.broker(2).lastCall().request()).data();
        assertThat(part.isolationLevel()).isEqualTo((byte) 1);
        assertThat(part.timeoutMs()).isEqualTo(77);
        assertThat(part.topics()).hasSize(2);
    }

    @Test
    void oneOwnerGetsTheVeryCall() {
        Call call = cluster.call(
                ApiKeys.LIST_OFFSETS,
                7,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(offsetsOf("t", 1), offsetsOf("u", 0))));
        TestCluster.now(cluster.proxy.call(call));
        assertThat(cluster.broker(2).lastCall()).isSameAs(call);
    }

    @Test
    void epochsRecordsAndProducersToo() {
        OffsetForLeaderEpochRequestData epochs = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        epochs.topics()
                .add(new OffsetForLeaderTopic()
                        .setTopic("t")
                        .setPartitions(List.of(
                                new OffsetForLeaderPartition().setPartition(1).setLeaderEpoch(4),
                                new OffsetForLeaderPartition().setPartition(0).setLeaderEpoch(4),
                                new OffsetForLeaderPartition().setPartition(2).setLeaderEpoch(4))));
        assertThat(cluster.ask(OffsetForLeaderEpochResponseData.class, ApiKeys.OFFSET_FOR_LEADER_EPOCH, epochs)
                        .topics()
                        .find("t")
                        .partitions())
                .extracting(p -> p.endOffset())
                .containsExactly(2001L, 1000L, -1L);

        DeleteRecordsRequestData delete = new DeleteRecordsRequestData()
                .setTimeoutMs(5)
                .setTopics(List.of(new DeleteRecordsTopic()
                        .setName("t")
                        .setPartitions(List.of(
                                new DeleteRecordsPartition()
                                        .setPartitionIndex(0)
                                        .setOffset(3),
                                new DeleteRecordsPartition()
                                        .setPartitionIndex(1)
                                        .setOffset(4),
                                new DeleteRecordsPartition().setPartitionIndex(5)))));
        var deleted = cluster.ask(DeleteRecordsResponseData.class, ApiKeys.DELETE_RECORDS, delete)
                .topics()
                .find("t")
                .partitions();
        assertThat(deleted.find(0).lowWatermark()).isEqualTo(1003);
        assertThat(deleted.find(1).lowWatermark()).isEqualTo(2004);
        assertThat(deleted.find(5).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());

        DescribeProducersRequestData producers = new DescribeProducersRequestData()
                .setTopics(List.of(new DescribeProducersRequestData.TopicRequest()
                        .setName("t")
                        .setPartitionIndexes(List.of(1, 0, 2))));
        var described = cluster.ask(DescribeProducersResponseData.class, ApiKeys.DESCRIBE_PRODUCERS, producers)
                .topics()
                .getFirst()
                .partitions();
        assertThat(described.get(0).activeProducers().getFirst().producerId()).isEqualTo(2001);
        assertThat(described.get(1).activeProducers().getFirst().producerId()).isEqualTo(1000);
        assertThat(described.get(2).errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void logDirectoriesAreThisNodesOwn() {
        cluster.broker(1)
                .on(
                        ApiKeys.DESCRIBE_LOG_DIRS,
                        call -> new DescribeLogDirsResponseData()
                                .setResults(List.of(
                                        new DescribeLogDirsResponseData.DescribeLogDirsResult().setLogDir("/data"))));
        assertThat(cluster.ask(
                                DescribeLogDirsResponseData.class,
                                ApiKeys.DESCRIBE_LOG_DIRS,
                                new DescribeLogDirsRequestData().setTopics(null))
                        .results())
                .hasSize(1);
        assertThat(cluster.broker(2).calls()).isEmpty();
    }

    @Test
    void whatMovesIsAskedForAgainAndTheClientDoesNotNotice() {
        TestCluster moving = new TestCluster();
        Uuid topic = moving.view.createMovableTopic("m", 2);
        moving.broker(2).on(ApiKeys.LIST_OFFSETS, call -> offset(Errors.NOT_LEADER_OR_FOLLOWER, -1));
        moving.broker(3).on(ApiKeys.LIST_OFFSETS, call -> offset(Errors.NONE, 42));
        var answer = moving.send(
                ApiKeys.LIST_OFFSETS,
                8,
                new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setTopics(List.of(new ListOffsetsRequestData.ListOffsetsTopic()
                                .setName("m")
                                .setPartitions(
                                        List.of(new ListOffsetsRequestData.ListOffsetsPartition()
                                                .setPartitionIndex(0)
                                                .setTimestamp(-1))))));
        assertThat(answer).isNotDone();
        moving.view.expire();
        assertThat(answer).as("the owner was asked again after a pause").isNotDone();
        assertThat(moving.broker(2).calls()).hasSize(2);
        moving.view.move(topic, 0, 3, 6);
        ListOffsetsResponseData told = (ListOffsetsResponseData) TestCluster.now(answer);
        assertThat(told.topics().getFirst().partitions().getFirst().offset()).isEqualTo(42);
    }

    private static ListOffsetsResponseData offset(Errors error, long offset) {
        return new ListOffsetsResponseData()
                .setTopics(List.of(new ListOffsetsResponseData.ListOffsetsTopicResponse()
                        .setName("m")
                        .setPartitions(
                                List.of(new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                                        .setPartitionIndex(0)
                                        .setErrorCode(error.code())
                                        .setOffset(offset)))));
    }
}
