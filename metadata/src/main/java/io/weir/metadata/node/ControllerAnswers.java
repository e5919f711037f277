package io.weir.metadata.node;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * Whether a controller said that it is not the one that decides, or could not be reached: then the next one is asked.
 */
final class ControllerAnswers {
    private ControllerAnswers() {}

    /** Whether the answer says that somebody else must be asked. */
    static boolean isRefusal(ApiMessage answer) {
        return has(answer, Errors.NOT_CONTROLLER)
                || (answer instanceof DescribeQuorumResponseData && has(answer, Errors.NOT_LEADER_OR_FOLLOWER));
    }

    /** Whether the failure is that of the way to the controller, or its word that it does not decide. */
    static boolean isRefusal(Throwable failure) {
        return switch (cause(failure)) {
            case NotControllerException e -> true;
            case DisconnectException e -> true;
            case NetworkException e -> true;
            case IOException e -> true;
            case WeirException e -> e.kind() == FaultKind.UNAVAILABLE || e.kind() == FaultKind.CLOSED;
            default -> false;
        };
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Whether the whole or any part of the answer has that error: some parts may have failed for reasons of their own. */
    private static boolean has(ApiMessage answer, Errors error) {
        short code = error.code();
        return switch (answer) {
            case BrokerHeartbeatResponseData data -> data.errorCode() == code;
            case BrokerRegistrationResponseData data -> data.errorCode() == code;
            case UnregisterBrokerResponseData data -> data.errorCode() == code;
            case AlterPartitionResponseData data -> data.errorCode() == code;
            case AllocateProducerIdsResponseData data -> data.errorCode() == code;
            case UpdateFeaturesResponseData data -> data.errorCode() == code;
            case ListPartitionReassignmentsResponseData data -> data.errorCode() == code;
            case AlterPartitionReassignmentsResponseData data -> data.errorCode() == code;
            case ElectLeadersResponseData data ->
                data.errorCode() == code
                        || any(
                                data.replicaElectionResults(),
                                topic -> any(topic.partitionResult(), partition -> partition.errorCode() == code));
            case DescribeQuorumResponseData data ->
                data.errorCode() == code
                        || any(
                                data.topics(),
                                topic -> any(topic.partitions(), partition -> partition.errorCode() == code));
            case CreateTopicsResponseData data -> any(data.topics(), topic -> topic.errorCode() == code);
            case DeleteTopicsResponseData data -> any(data.responses(), topic -> topic.errorCode() == code);
            case CreatePartitionsResponseData data -> any(data.results(), topic -> topic.errorCode() == code);
            case AlterConfigsResponseData data -> any(data.responses(), resource -> resource.errorCode() == code);
            case IncrementalAlterConfigsResponseData data ->
                any(data.responses(), resource -> resource.errorCode() == code);
            case AlterClientQuotasResponseData data -> any(data.entries(), entry -> entry.errorCode() == code);
            case AlterUserScramCredentialsResponseData data -> any(data.results(), user -> user.errorCode() == code);
            case CreateAclsResponseData data -> any(data.results(), acl -> acl.errorCode() == code);
            case DeleteAclsResponseData data -> any(data.filterResults(), filter -> filter.errorCode() == code);
            default -> false;
        };
    }

    private static <T> boolean any(Collection<T> parts, Predicate<T> condition) {
        return parts.stream().anyMatch(condition);
    }
}
