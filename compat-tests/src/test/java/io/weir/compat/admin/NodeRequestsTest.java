package io.weir.compat.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.RawConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchSnapshotRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.apache.kafka.common.requests.AlterPartitionRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.common.requests.EndQuorumEpochRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.FetchSnapshotRequest;
import org.apache.kafka.common.requests.VoteRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only nodes may ask of each other is not to be had where clients are served. */
@ExtendWith(SharedServer.class)
class NodeRequestsTest {
    private static final Set<ApiKeys> FOR_NODES = Set.of(
            ApiKeys.VOTE,
            ApiKeys.BEGIN_QUORUM_EPOCH,
            ApiKeys.END_QUORUM_EPOCH,
            ApiKeys.FETCH_SNAPSHOT,
            ApiKeys.UPDATE_RAFT_VOTER,
            ApiKeys.BROKER_REGISTRATION,
            ApiKeys.BROKER_HEARTBEAT,
            ApiKeys.CONTROLLER_REGISTRATION,
            ApiKeys.ALTER_PARTITION,
            ApiKeys.ALLOCATE_PRODUCER_IDS,
            ApiKeys.ASSIGN_REPLICAS_TO_DIRS,
            ApiKeys.ENVELOPE);

    private final Cluster cluster;

    NodeRequestsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void noneIsAdvertised() throws Exception {
        try (RawConnection connection = new RawConnection(cluster.bootstrap())) {
            ApiVersionsResponse answer =
                    connection.call(new ApiVersionsRequest.Builder().build(), ApiVersionsResponse.class);
            Set<ApiKeys> served = answer.data().apiKeys().stream()
                    .map(version -> ApiKeys.forId(version.apiKey()))
                    .collect(Collectors.toSet());
            assertThat(served).contains(ApiKeys.FETCH).doesNotContainAnyElementsOf(FOR_NODES);
        }
    }

    @Test
    void noneIsAnswered() throws Exception {
        assumeThat(cluster.isWeir()).isTrue();
        List<AbstractRequest.Builder<?>> requests = List.of(
                new VoteRequest.Builder(new VoteRequestData()),
                new EndQuorumEpochRequest.Builder(new EndQuorumEpochRequestData()),
                new FetchSnapshotRequest.Builder(new FetchSnapshotRequestData()),
                new BrokerRegistrationRequest.Builder(new BrokerRegistrationRequestData()),
                new BrokerHeartbeatRequest.Builder(new BrokerHeartbeatRequestData()),
                new AlterPartitionRequest.Builder(new AlterPartitionRequestData()),
                new AllocateProducerIdsRequest.Builder(new AllocateProducerIdsRequestData()));
        try (RawConnection connection = new RawConnection(cluster.bootstrap())) {
            for (AbstractRequest.Builder<?> request : requests) {
                AbstractResponse answer = connection.call(request.build(), AbstractResponse.class);
                assertThat(answer.errorCounts()).as("%s", request).isEqualTo(Map.of(Errors.UNSUPPORTED_VERSION, 1));
            }
        }
    }

    @Test
    void theMetadataLogIsNoTopicForClients() throws Exception {
        FetchRequestData request = new FetchRequestData()
                .setMaxWaitMs(100)
                .setMinBytes(1)
                .setMaxBytes(1000)
                .setTopics(List.of(new FetchRequestData.FetchTopic()
                        .setTopicId(Uuid.METADATA_TOPIC_ID)
                        .setPartitions(List.of(new FetchRequestData.FetchPartition().setPartitionMaxBytes(1000)))));
        try (RawConnection connection = new RawConnection(cluster.bootstrap())) {
            FetchResponse answer = connection.call(new FetchRequest(request, (short) 13), FetchResponse.class);
            assertThat(answer.data().responses())
                    .allSatisfy(topic -> assertThat(topic.partitions())
                            .allSatisfy(partition ->
                                    assertThat(partition.errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code())));
        }
    }
}
