package io.weir.kafka.wire;

import java.util.Map;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeAclsResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AddOffsetsToTxnResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.AlterClientQuotasResponse;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.AlterReplicaLogDirsResponse;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.AlterUserScramCredentialsResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;
import org.apache.kafka.common.requests.CreateAclsResponse;
import org.apache.kafka.common.requests.CreatePartitionsResponse;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.common.requests.DeleteGroupsResponse;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DeleteTopicsResponse;
import org.apache.kafka.common.requests.DescribeAclsResponse;
import org.apache.kafka.common.requests.DescribeClientQuotasResponse;
import org.apache.kafka.common.requests.DescribeClusterResponse;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.DescribeLogDirsResponse;
import org.apache.kafka.common.requests.DescribeProducersResponse;
import org.apache.kafka.common.requests.DescribeQuorumResponse;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;
import org.apache.kafka.common.requests.DescribeTransactionsResponse;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsResponse;
import org.apache.kafka.common.requests.ElectLeadersResponse;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListConfigResourcesResponse;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.ListPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.ListTransactionsResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeResponse;
import org.apache.kafka.common.requests.ShareAcknowledgeResponse;
import org.apache.kafka.common.requests.ShareGroupDescribeResponse;
import org.apache.kafka.common.requests.ShareGroupHeartbeatResponse;
import org.apache.kafka.common.requests.StreamsGroupDescribeResponse;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatResponse;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;
import org.apache.kafka.common.requests.UnregisterBrokerResponse;
import org.apache.kafka.common.requests.UpdateFeaturesResponse;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's response classes, which know where in their message the errors are. A table: messages themselves have no
 * common way to say it.
 */
final class KnownResponses {
    private KnownResponses() {}

    /** Errors in {@code message} and how often, those of partitions and other parts included; NONE may be among them. */
    static Map<Errors, Integer> errorCounts(ApiMessage message, short version) {
        if (message instanceof JoinGroupResponseData join) {
            // Kafka's class for it changes the message.
            return Map.of(Errors.forCode(join.errorCode()), 1);
        }
        AbstractResponse response = of(message, version);
        return response == null ? Map.of() : response.errorCounts();
    }

    private static @Nullable AbstractResponse of(ApiMessage message, short version) {
        return switch (message) {
            case AddOffsetsToTxnResponseData data -> new AddOffsetsToTxnResponse(data);
            case AddPartitionsToTxnResponseData data -> new AddPartitionsToTxnResponse(data);
            case AlterClientQuotasResponseData data -> new AlterClientQuotasResponse(data);
            case AlterConfigsResponseData data -> new AlterConfigsResponse(data);
            case AlterPartitionReassignmentsResponseData data -> new AlterPartitionReassignmentsResponse(data);
            case AlterReplicaLogDirsResponseData data -> new AlterReplicaLogDirsResponse(data);
            case AlterShareGroupOffsetsResponseData data -> new AlterShareGroupOffsetsResponse(data);
            case AlterUserScramCredentialsResponseData data -> new AlterUserScramCredentialsResponse(data);
            case ApiVersionsResponseData data -> new ApiVersionsResponse(data);
            case ConsumerGroupDescribeResponseData data -> new ConsumerGroupDescribeResponse(data);
            case ConsumerGroupHeartbeatResponseData data -> new ConsumerGroupHeartbeatResponse(data);
            case CreateAclsResponseData data -> new CreateAclsResponse(data);
            case CreatePartitionsResponseData data -> new CreatePartitionsResponse(data);
            case CreateTopicsResponseData data -> new CreateTopicsResponse(data);
            case DeleteAclsResponseData data -> new DeleteAclsResponse(data, version);
            case DeleteGroupsResponseData data -> new DeleteGroupsResponse(data);
            case DeleteRecordsResponseData data -> new DeleteRecordsResponse(data);
            case DeleteShareGroupOffsetsResponseData data -> new DeleteShareGroupOffsetsResponse(data);
            case DeleteTopicsResponseData data -> new DeleteTopicsResponse(data);
            case DescribeAclsResponseData data -> new DescribeAclsResponse(data, version);
            case DescribeClientQuotasResponseData data -> new DescribeClientQuotasResponse(data);
            case DescribeClusterResponseData data -> new DescribeClusterResponse(data);
            case DescribeConfigsResponseData data -> new DescribeConfigsResponse(data);
            case DescribeGroupsResponseData data -> new DescribeGroupsResponse(data);
            case DescribeLogDirsResponseData data -> new DescribeLogDirsResponse(data);
            case DescribeProducersResponseData data -> new DescribeProducersResponse(data);
            case DescribeQuorumResponseData data -> new DescribeQuorumResponse(data);
            case DescribeShareGroupOffsetsResponseData data -> new DescribeShareGroupOffsetsResponse(data);
            case DescribeTopicPartitionsResponseData data -> new DescribeTopicPartitionsResponse(data);
            case DescribeTransactionsResponseData data -> new DescribeTransactionsResponse(data);
            case DescribeUserScramCredentialsResponseData data -> new DescribeUserScramCredentialsResponse(data);
            case ElectLeadersResponseData data -> new ElectLeadersResponse(data);
            case EndTxnResponseData data -> new EndTxnResponse(data);
            case FindCoordinatorResponseData data -> new FindCoordinatorResponse(data);
            case HeartbeatResponseData data -> new HeartbeatResponse(data);
            case IncrementalAlterConfigsResponseData data -> new IncrementalAlterConfigsResponse(data);
            case InitProducerIdResponseData data -> new InitProducerIdResponse(data);
            case LeaveGroupResponseData data -> new LeaveGroupResponse(data);
            case ListConfigResourcesResponseData data -> new ListConfigResourcesResponse(data);
            case ListGroupsResponseData data -> new ListGroupsResponse(data);
            case ListOffsetsResponseData data -> new ListOffsetsResponse(data);
            case ListPartitionReassignmentsResponseData data -> new ListPartitionReassignmentsResponse(data);
            case ListTransactionsResponseData data -> new ListTransactionsResponse(data);
            case MetadataResponseData data -> new MetadataResponse(data, version);
            case OffsetCommitResponseData data -> new OffsetCommitResponse(data);
            case OffsetDeleteResponseData data -> new OffsetDeleteResponse(data);
            case OffsetFetchResponseData data -> new OffsetFetchResponse(data, version);
            case OffsetForLeaderEpochResponseData data -> new OffsetsForLeaderEpochResponse(data);
            case SaslAuthenticateResponseData data -> new SaslAuthenticateResponse(data);
            case SaslHandshakeResponseData data -> new SaslHandshakeResponse(data);
            case ShareAcknowledgeResponseData data -> new ShareAcknowledgeResponse(data);
            case ShareGroupDescribeResponseData data -> new ShareGroupDescribeResponse(data);
            case ShareGroupHeartbeatResponseData data -> new ShareGroupHeartbeatResponse(data);
            case StreamsGroupDescribeResponseData data -> new StreamsGroupDescribeResponse(data);
            case StreamsGroupHeartbeatResponseData data -> new StreamsGroupHeartbeatResponse(data);
            case SyncGroupResponseData data -> new SyncGroupResponse(data);
            case TxnOffsetCommitResponseData data -> new TxnOffsetCommitResponse(data);
            case UnregisterBrokerResponseData data -> new UnregisterBrokerResponse(data);
            case UpdateFeaturesResponseData data -> new UpdateFeaturesResponse(data);
            default -> null;
        };
    }
}
