package io.weir.proxy.group;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Coordinators;
import io.weir.proxy.routing.Divisible;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Route;
import io.weir.proxy.routing.Split;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;

/** The requests about groups, of the classic protocol and of KIP-848's. */
public final class GroupHandlers {
    private final ClusterView view;
    private final Forwarder forwarder;

    private GroupHandlers(ClusterView view, Forwarder forwarder) {
        this.view = view;
        this.forwarder = forwarder;
    }

    /** A handler for each. */
    public static Map<ApiKeys, Handler> of(ClusterView view, Forwarder forwarder) {
        GroupHandlers groups = new GroupHandlers(view, forwarder);
        Map<ApiKeys, Handler> handlers = new EnumMap<>(ApiKeys.class);
        handlers.put(
                ApiKeys.JOIN_GROUP,
                groups.one(r -> ((JoinGroupRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.SYNC_GROUP,
                groups.one(r -> ((SyncGroupRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.HEARTBEAT, groups.one(r -> ((HeartbeatRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.LEAVE_GROUP,
                groups.one(r -> ((LeaveGroupRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.OFFSET_COMMIT,
                groups.one(r -> ((OffsetCommitRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.OFFSET_DELETE,
                groups.one(r -> ((OffsetDeleteRequest) r).data().groupId()));
        handlers.put(
                ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                groups.one(r -> ((ConsumerGroupHeartbeatRequest) r).data().groupId()));
        handlers.put(ApiKeys.OFFSET_FETCH, groups.offsetFetch());
        handlers.put(ApiKeys.DESCRIBE_GROUPS, groups.many(new DescribeGroups(), g -> g));
        handlers.put(ApiKeys.CONSUMER_GROUP_DESCRIBE, groups.many(new ConsumerGroupDescribe(), g -> g));
        handlers.put(ApiKeys.DELETE_GROUPS, groups.many(new DeleteGroups(), g -> g));
        handlers.put(ApiKeys.LIST_GROUPS, new ListGroups(view, forwarder));
        return handlers;
    }

    private Handler one(Function<AbstractRequest, String> groupId) {
        return call -> toCoordinator(groupId.apply(call.request()), call);
    }

    private CompletableFuture<? extends ApiMessage> toCoordinator(String groupId, Call call) {
        return switch (Coordinators.route(view.image(), groupId)) {
            case Route.To(int nodeId) -> forwarder.coordinator(nodeId, call);
            case Route.Refused(Errors error) -> CompletableFuture.failedFuture(error.exception());
        };
    }

    private <I, R> Handler many(Divisible<I, R> api, Function<I, String> groupId) {
        return new Split<>(
                api,
                view::image,
                (image, item) -> Coordinators.route(image, groupId.apply(item)),
                forwarder::coordinator,
                Errors.COORDINATOR_NOT_AVAILABLE);
    }

    /** Up to version 7 the request is about one group, later about several. */
    private Handler offsetFetch() {
        Handler one = one(OffsetFetch::onlyGroup);
        Handler many = many(new OffsetFetch(), group -> group.groupId());
        return call -> OffsetFetch.isBatch(call.request()) ? many.handle(call) : one.handle(call);
    }
}
