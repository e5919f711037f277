package io.weir.coordinator;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * Answers the requests about consumer groups, of both protocols, and about their offsets. Each node answers for the
 * groups that it coordinates; for others it says NOT_COORDINATOR, or COORDINATOR_LOAD_IN_PROGRESS while it loads them.
 * Called on event loops; futures are completed by Kafka's coordinator threads.
 */
public final class CoordinatorService implements Service {
    private static final Set<ApiKeys> APIS = Set.of(
            ApiKeys.JOIN_GROUP,
            ApiKeys.SYNC_GROUP,
            ApiKeys.HEARTBEAT,
            ApiKeys.LEAVE_GROUP,
            ApiKeys.LIST_GROUPS,
            ApiKeys.DESCRIBE_GROUPS,
            ApiKeys.DELETE_GROUPS,
            ApiKeys.OFFSET_COMMIT,
            ApiKeys.OFFSET_FETCH,
            ApiKeys.OFFSET_DELETE,
            ApiKeys.CONSUMER_GROUP_HEARTBEAT,
            ApiKeys.CONSUMER_GROUP_DESCRIBE);

    // Without authorization, everybody may do everything that can be done to a group.
    private static final int EVERY_GROUP_OPERATION = Utils.to32BitField(Set.of(
            AclOperation.READ.code(),
            AclOperation.DESCRIBE.code(),
            AclOperation.DELETE.code(),
            AclOperation.DESCRIBE_CONFIGS.code(),
            AclOperation.ALTER_CONFIGS.code()));

    private final GroupCoordinator groups;
    private final OffsetCommits commits;
    private final OffsetFetches fetches;
    private final OffsetDeletes deletes;

    /** Answers from {@code groups}, with the names and ids of topics from {@code view}. */
    public CoordinatorService(GroupCoordinator groups, ClusterView view) {
        this.groups = groups;
        this.commits = new OffsetCommits(groups, view);
        this.fetches = new OffsetFetches(groups, view);
        this.deletes = new OffsetDeletes(groups, view);
    }

    @Override
    public Set<ApiKeys> apis() {
        return APIS;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        try {
            return switch (call.request()) {
                case JoinGroupRequest join -> join(call, join);
                case SyncGroupRequest sync -> sync(call, sync);
                case HeartbeatRequest heartbeat -> groups.heartbeat(call.context(), heartbeat.data());
                case LeaveGroupRequest leave -> leave(call, leave);
                case ListGroupsRequest list -> groups.listGroups(call.context(), list.data());
                case DescribeGroupsRequest describe -> describe(call, describe);
                case DeleteGroupsRequest delete -> delete(call, delete);
                case OffsetCommitRequest commit -> commits.answer(call.context(), commit);
                case OffsetFetchRequest fetch -> fetches.answer(call.context(), fetch);
                case OffsetDeleteRequest delete -> deletes.answer(call.context(), delete);
                case ConsumerGroupHeartbeatRequest heartbeat ->
                    groups.consumerGroupHeartbeat(call.context(), heartbeat.data());
                case ConsumerGroupDescribeRequest describe -> describe(call, describe);
                default ->
                    CompletableFuture.failedFuture(
                            new UnsupportedVersionException("The coordinator does not answer " + call.api()));
            };
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletableFuture<JoinGroupResponseData> join(Call call, JoinGroupRequest request) {
        return groups.joinGroup(call.context(), request.data(), BufferSupplier.NO_CACHING)
                .thenApply(answer -> new JoinGroupResponse(answer, call.version()).data());
    }

    private CompletableFuture<SyncGroupResponseData> sync(Call call, SyncGroupRequest request) {
        if (!request.areMandatoryProtocolTypeAndNamePresent()) {
            return CompletableFuture.failedFuture(Errors.INCONSISTENT_GROUP_PROTOCOL.exception());
        }
        return groups.syncGroup(call.context(), request.data(), BufferSupplier.NO_CACHING);
    }

    private CompletableFuture<LeaveGroupResponseData> leave(Call call, LeaveGroupRequest request) {
        return groups.leaveGroup(call.context(), request.normalizedData())
                .thenApply(answer -> new LeaveGroupResponse(answer, call.version()).data());
    }

    private CompletableFuture<DescribeGroupsResponseData> describe(Call call, DescribeGroupsRequest request) {
        return groups.describeGroups(call.context(), request.data().groups()).thenApply(described -> {
            for (DescribeGroupsResponseData.DescribedGroup group : described) {
                if (request.data().includeAuthorizedOperations() && group.errorCode() == Errors.NONE.code()) {
                    group.setAuthorizedOperations(EVERY_GROUP_OPERATION);
                }
            }
            return new DescribeGroupsResponseData().setGroups(described);
        });
    }

    private CompletableFuture<DeleteGroupsResponseData> delete(Call call, DeleteGroupsRequest request) {
        List<String> names = request.data().groupsNames().stream().distinct().toList();
        return groups.deleteGroups(call.context(), names, BufferSupplier.NO_CACHING)
                .thenApply(results -> new DeleteGroupsResponseData().setResults(results));
    }

    private CompletableFuture<ConsumerGroupDescribeResponseData> describe(
            Call call, ConsumerGroupDescribeRequest request) {
        return groups.consumerGroupDescribe(
                        call.context(), new ArrayList<>(request.data().groupIds()))
                .thenApply(described -> {
                    for (ConsumerGroupDescribeResponseData.DescribedGroup group : described) {
                        if (request.data().includeAuthorizedOperations() && group.errorCode() == Errors.NONE.code()) {
                            group.setAuthorizedOperations(EVERY_GROUP_OPERATION);
                        }
                    }
                    return new ConsumerGroupDescribeResponseData().setGroups(described);
                });
    }
}
