package io.weir.proxy.partition;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.metadata.node.Role;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.VersionRange;

/**
 * DESCRIBE_LOG_DIRS and ALTER_REPLICA_LOG_DIRS: those of this node's broker. A node that has none has no directories to
 * describe; that there is no other directory to move to any broker can say, since all have the same store.
 */
final class LogDirs implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;
    private final int ownNodeId;

    LogDirs(ClusterView view, Forwarder forwarder, int ownNodeId) {
        this.view = view;
        this.forwarder = forwarder;
        this.ownNodeId = ownNodeId;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        ClusterImage cluster = view.image().cluster();
        BrokerRegistration own = cluster.broker(ownNodeId);
        if (own == null || mayBeBroker(own)) {
            return forwarder.broker(ownNodeId, call);
        }
        if (call.api() == ApiKeys.DESCRIBE_LOG_DIRS) {
            return CompletableFuture.completedFuture(new DescribeLogDirsResponseData());
        }
        return cluster.brokers().values().stream()
                .filter(node -> !node.fenced() && mayBeBroker(node))
                .findAny()
                .<CompletableFuture<? extends ApiMessage>>map(node -> forwarder.broker(node.id(), call))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        Errors.REPLICA_NOT_AVAILABLE.exception("No broker is alive that could say so")));
    }

    /** Nodes that say nothing of roles have all of them. */
    private static boolean mayBeBroker(BrokerRegistration node) {
        Map<String, VersionRange> features = node.supportedFeatures();
        boolean saysRoles = features.containsKey(Role.PROXY.feature());
        return !saysRoles || features.containsKey(Role.BROKER.feature());
    }
}
