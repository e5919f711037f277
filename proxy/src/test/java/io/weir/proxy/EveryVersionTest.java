package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.FakeRole;
import io.weir.proxy.support.FakeTail;
import io.weir.proxy.support.TestCluster;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each request at each version that the library knows, to two owners or coordinators where the proxy divides it: what
 * the proxy asks and answers can be written at that version, which fails when a field is set that it lacks.
 */
class EveryVersionTest {
    private static final Set<ApiKeys> DIVIDED = EnumSet.of(
            ApiKeys.PRODUCE,
            ApiKeys.FETCH,
            ApiKeys.LIST_OFFSETS,
            ApiKeys.OFFSET_FOR_LEADER_EPOCH,
            ApiKeys.DELETE_RECORDS,
            ApiKeys.DESCRIBE_PRODUCERS,
            ApiKeys.DESCRIBE_GROUPS,
            ApiKeys.DELETE_GROUPS,
            ApiKeys.CONSUMER_GROUP_DESCRIBE,
            ApiKeys.LIST_GROUPS);

    private final TestCluster cluster = new TestCluster();
    private final Uuid topic = cluster.view.createTopic("t", 1, 2, -1);

    record Case(ApiKeys api, int version) {
        @Override
        public String toString() {
            return api + " " + version;
        }
    }

    static Stream<Case> cases() {
        return new TestCluster()
                .proxy.apis().stream()
                        .flatMap(api -> IntStream.rangeClosed(api.oldestVersion(), api.latestVersion(true))
                                .mapToObj(version -> new Case(api, version)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void roundTrip(Case one) {
        cluster.view.createTopic("__consumer_offsets", 2, 1);
        cluster.controllerCreatesTopics(Runnable::run);
        FakeRole controller = cluster.controller.on(
                ApiKeys.ALLOCATE_PRODUCER_IDS,
                call -> new AllocateProducerIdsResponseData()
                        .setProducerIdStart(5)
                        .setProducerIdLen(10));
        FakeTail tail = new FakeTail();
        tail.append(0, 1);
        tail.append(1, 1);
        for (int node = 1; node <= 2; node++) {
            int owner = node;
            errorsFor(cluster.coordinator(node), one.api);
            errorsFor(cluster.broker(node), one.api);
            cluster.broker(node)
                    .on(ApiKeys.PRODUCE, call -> ProduceTest.answer(call, owner))
                    .onAsync(ApiKeys.FETCH, tail::fetch)
                    .on(ApiKeys.LIST_OFFSETS, call -> Answers.listOffsets(call, owner))
                    .on(ApiKeys.OFFSET_FOR_LEADER_EPOCH, call -> Answers.offsetForLeaderEpoch(call, owner))
                    .on(ApiKeys.DELETE_RECORDS, call -> Answers.deleteRecords(call, owner))
                    .on(ApiKeys.DESCRIBE_PRODUCERS, call -> Answers.describeProducers(call, owner));
        }
        if (one.api != ApiKeys.METADATA && one.api != ApiKeys.CREATE_TOPICS) {
            errorsFor(controller, one.api);
        }

        ApiMessage answer = cluster.ask(ApiMessage.class, one.api, one.version, request(one.api, one.version));

        assertThat(answer).isNotNull();
        if (DIVIDED.contains(one.api)) {
            int first = cluster.broker(1).calls().size()
                    + cluster.coordinator(1).calls().size();
            int second = cluster.broker(2).calls().size()
                    + cluster.coordinator(2).calls().size();
            assertThat(first).isPositive();
            assertThat(second).isPositive();
        }
    }

    private static void errorsFor(FakeRole role, ApiKeys api) {
        role.on(
                api,
                call -> call.request()
                        .getErrorResponse(0, Errors.REQUEST_TIMED_OUT.exception())
                        .data());
    }

    private ApiMessage request(ApiKeys api, int version) {
        return switch (api) {
            case PRODUCE -> ProduceTest.request(-1, ProduceTest.topic("t", topic, 0, 1, 2, 3));
            case FETCH -> fetch();
            case METADATA -> metadata(version);
            case LIST_OFFSETS ->
                new ListOffsetsRequestData()
                        .setTopics(List.of(new ListOffsetsTopic()
                                .setName("t")
                                .setPartitions(IntStream.range(0, 4)
                                        .mapToObj(p -> new ListOffsetsPartition().setPartitionIndex(p))
                                        .toList())));
            case OFFSET_FOR_LEADER_EPOCH -> epochs();
            case DELETE_RECORDS ->
                new DeleteRecordsRequestData()
                        .setTopics(List.of(new DeleteRecordsTopic()
                                .setName("t")
                                .setPartitions(IntStream.range(0, 4)
                                        .mapToObj(p -> new DeleteRecordsPartition().setPartitionIndex(p))
                                        .toList())));
            case DESCRIBE_PRODUCERS ->
                new DescribeProducersRequestData()
                        .setTopics(List.of(new DescribeProducersRequestData.TopicRequest()
                                .setName("t")
                                .setPartitionIndexes(List.of(0, 1, 2, 3))));
            case FIND_COORDINATOR ->
                version < 4
                        ? new FindCoordinatorRequestData().setKey("a")
                        : new FindCoordinatorRequestData().setCoordinatorKeys(List.of("a", "b"));
            case DESCRIBE_GROUPS -> new DescribeGroupsRequestData().setGroups(List.of("a", "b"));
            case CONSUMER_GROUP_DESCRIBE -> new ConsumerGroupDescribeRequestData().setGroupIds(List.of("a", "b"));
            case DELETE_GROUPS -> new DeleteGroupsRequestData().setGroupsNames(List.of("a", "b"));
            case OFFSET_FETCH ->
                version < 8
                        ? new OffsetFetchRequestData().setGroupId("a")
                        : new OffsetFetchRequestData()
                                .setGroups(List.of(
                                        new OffsetFetchRequestGroup().setGroupId("a"),
                                        new OffsetFetchRequestGroup().setGroupId("b")));
            case INIT_PRODUCER_ID ->
                new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1);
            case DESCRIBE_CLUSTER ->
                new DescribeClusterRequestData()
                        .setIncludeClusterAuthorizedOperations(true)
                        .setIncludeFencedBrokers(version >= 2);
            default -> ApiMessageType.fromApiKey(api.id).newRequest();
        };
    }

    private ApiMessage fetch() {
        return new FetchRequestData()
                .setMaxBytes(1000)
                .setMinBytes(1)
                .setSessionEpoch(0)
                .setTopics(List.of(new FetchTopic()
                        .setTopic("t")
                        .setTopicId(topic)
                        .setPartitions(IntStream.range(0, 4)
                                .mapToObj(p -> new FetchPartition().setPartition(p))
                                .toList())));
    }

    private ApiMessage metadata(int version) {
        MetadataRequestData request = new MetadataRequestData()
                .setIncludeTopicAuthorizedOperations(version >= 8)
                .setIncludeClusterAuthorizedOperations(version >= 8 && version <= 10);
        List.of("t", "made", "bad/name")
                .forEach(name -> request.topics().add(new MetadataRequestTopic().setName(name)));
        if (version >= 12) {
            request.topics().add(new MetadataRequestTopic().setName(null).setTopicId(new Uuid(1, 2)));
        }
        return request;
    }

    private static ApiMessage epochs() {
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        request.topics()
                .add(new OffsetForLeaderTopic()
                        .setTopic("t")
                        .setPartitions(IntStream.range(0, 4)
                                .mapToObj(p -> new OffsetForLeaderPartition().setPartition(p))
                                .toList()));
        return request;
    }

    /** What is advertised is what is answered; this list changes on purpose only. */
    @Test
    void exactlyWhatWorksIsAdvertised() {
        assertThat(cluster.proxy.apis())
                .containsExactlyInAnyOrder(
                        ApiKeys.PRODUCE,
                        ApiKeys.FETCH,
                        ApiKeys.LIST_OFFSETS,
                        ApiKeys.METADATA,
                        ApiKeys.OFFSET_COMMIT,
                        ApiKeys.OFFSET_FETCH,
                        ApiKeys.FIND_COORDINATOR,
                        ApiKeys.JOIN_GROUP,
                        ApiKeys.HEARTBEAT,
                        ApiKeys.LEAVE_GROUP,
                        ApiKeys.SYNC_GROUP,
                        ApiKeys.DESCRIBE_GROUPS,
                        ApiKeys.LIST_GROUPS,
                        ApiKeys.CREATE_TOPICS,
                        ApiKeys.DELETE_TOPICS,
                        ApiKeys.DELETE_RECORDS,
                        ApiKeys.INIT_PRODUCER_ID,
                        ApiKeys.OFFSET_FOR_LEADER_EPOCH,
                        ApiKeys.DESCRIBE_CONFIGS,
                        ApiKeys.ALTER_CONFIGS,
                        ApiKeys.DESCRIBE_LOG_DIRS,
                        ApiKeys.ALTER_REPLICA_LOG_DIRS,
                        ApiKeys.UNREGISTER_BROKER,
                        ApiKeys.CREATE_PARTITIONS,
                        ApiKeys.DELETE_GROUPS,
                        ApiKeys.ELECT_LEADERS,
                        ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                        ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
                        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
                        ApiKeys.OFFSET_DELETE,
                        ApiKeys.DESCRIBE_QUORUM,
                        ApiKeys.UPDATE_FEATURES,
                        ApiKeys.DESCRIBE_CLUSTER,
                        ApiKeys.DESCRIBE_PRODUCERS,
                        ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                        ApiKeys.CONSUMER_GROUP_DESCRIBE,
                        ApiKeys.LIST_CONFIG_RESOURCES,
                        ApiKeys.DESCRIBE_TOPIC_PARTITIONS);
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.END_TXN, 3, ApiMessageType.END_TXN.newRequest())))
                .isEqualTo(Errors.UNSUPPORTED_VERSION);
    }
}
