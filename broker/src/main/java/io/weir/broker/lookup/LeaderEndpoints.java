package io.weir.broker.lookup;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import java.util.Optional;
import org.apache.kafka.common.Node;

/** The address under which the client of a call reaches a node. Any thread; does not block. */
@FunctionalInterface
public interface LeaderEndpoints {
    /** Empty when the node is away or has no such listener: the client asks for metadata then. */
    Optional<Node> endpoint(Call call, int nodeId);

    /** The address that the node has registered for the listener that the call came in by. */
    static LeaderEndpoints registered(ClusterView view) {
        return (call, nodeId) -> view.cache().getAliveBrokerNode(nodeId, call.context().listenerName);
    }
}
