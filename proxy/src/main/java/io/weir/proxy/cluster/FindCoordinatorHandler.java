package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Coordinators;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Route;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * FIND_COORDINATOR: the node that owns a group's partition of {@code __consumer_offsets}, or the proxy before it, one
 * key a request up to version 3, several from version 4 on. The first question makes the topic.
 */
public final class FindCoordinatorHandler implements Handler {
    private static final short FIRST_BATCH_VERSION = 4;
    private static final short FIRST_SHARE_VERSION = 6;

    private final ClusterView view;
    private final ClientEndpoints endpoints;
    private final TopicCreation creation;

    /** Answers from the view. */
    public FindCoordinatorHandler(ClusterView view, ClientEndpoints endpoints, TopicCreation creation) {
        this.view = view;
        this.endpoints = endpoints;
        this.creation = creation;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        FindCoordinatorRequestData request = ((FindCoordinatorRequest) call.request()).data();
        List<String> keys = call.version() < FIRST_BATCH_VERSION ? List.of(request.key()) : request.coordinatorKeys();
        return switch (CoordinatorType.forId(request.keyType())) {
            case GROUP -> groups(call, keys);
            // Not retriable, so that a client stops with the message at once instead of asking until its time is out.
            case TRANSACTION -> refuse(call, keys, "transactions are not supported yet");
            case SHARE -> {
                if (call.version() < FIRST_SHARE_VERSION) {
                    throw new InvalidRequestException("Share coordinators are asked for from version 6 on");
                }
                yield refuse(call, keys, "share groups are not supported yet");
            }
        };
    }

    private CompletableFuture<? extends ApiMessage> groups(Call call, List<String> keys) {
        if (Coordinators.offsetsTopic(view.image()) != null) {
            return CompletableFuture.completedFuture(answerGroups(call, keys));
        }
        return creation.create(Set.of(Topic.GROUP_METADATA_TOPIC_NAME), call)
                .thenApply(outcome -> answerGroups(call, keys));
    }

    private FindCoordinatorResponseData answerGroups(Call call, List<String> keys) {
        MetadataImage image = view.image();
        Fronts fronts = endpoints.fronts(call);
        return answer(call, keys.stream().map(key -> group(image, fronts, key)).toList());
    }

    private static Coordinator group(MetadataImage image, Fronts fronts, String key) {
        if (Coordinators.route(image, key) instanceof Route.To(int nodeId) && isAlive(image, nodeId)) {
            Node node = fronts.coordinator(key, nodeId);
            if (node != null) {
                return FindCoordinatorResponse.prepareCoordinatorResponse(Errors.NONE, key, node);
            }
        }
        return FindCoordinatorResponse.prepareCoordinatorResponse(Errors.COORDINATOR_NOT_AVAILABLE, key, Node.noNode());
    }

    private static boolean isAlive(MetadataImage image, int nodeId) {
        BrokerRegistration node = image.cluster().broker(nodeId);
        return node != null && !node.fenced();
    }

    private static CompletableFuture<? extends ApiMessage> refuse(Call call, List<String> keys, String message) {
        return CompletableFuture.completedFuture(answer(
                call,
                keys.stream()
                        .map(key -> FindCoordinatorResponse.prepareCoordinatorResponse(
                                        Errors.UNSUPPORTED_VERSION, key, Node.noNode())
                                .setErrorMessage(message))
                        .toList()));
    }

    private static FindCoordinatorResponseData answer(Call call, List<Coordinator> coordinators) {
        if (call.version() >= FIRST_BATCH_VERSION) {
            return new FindCoordinatorResponseData().setCoordinators(coordinators);
        }
        Coordinator only = coordinators.getFirst();
        return new FindCoordinatorResponseData()
                .setErrorCode(only.errorCode())
                .setErrorMessage(only.errorMessage())
                .setNodeId(only.nodeId())
                .setHost(only.host())
                .setPort(only.port());
    }
}
