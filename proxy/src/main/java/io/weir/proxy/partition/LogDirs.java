package io.weir.proxy.partition;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.metadata.node.Role;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.VersionRange;

/** DESCRIBE_LOG_DIRS: those of this node's broker; a node that has none has no directories. */
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
        BrokerRegistration own = view.image().cluster().broker(ownNodeId);
        return own == null || mayBeBroker(own.supportedFeatures())
                ? forwarder.broker(ownNodeId, call)
                : CompletableFuture.completedFuture(new DescribeLogDirsResponseData());
    }

    /** Nodes that say nothing of roles have all of them. */
    private static boolean mayBeBroker(Map<String, VersionRange> features) {
        boolean saysRoles = features.containsKey(Role.PROXY.feature());
        return !saysRoles || features.containsKey(Role.BROKER.feature());
    }
}
