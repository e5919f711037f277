package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.network.ListenerName;

/**
 * The addresses that clients are told. A node is reached under what it has registered for the listener that the client
 * came in by; this very node, unless its addresses were set, under the address that the client has just reached it by:
 * that one works from where the client is, through whatever network, name or container port it came. Any thread.
 */
public final class ClientEndpoints {
    private final ClusterView view;
    private final int ownNodeId;
    private final boolean followsClient;

    /** @param followsClient false when {@code advertised.listeners} is set */
    public ClientEndpoints(ClusterView view, int ownNodeId, boolean followsClient) {
        this.view = view;
        this.ownNodeId = ownNodeId;
        this.followsClient = followsClient;
    }

    /** The nodes that a client may be sent to, as of now: for one answer. */
    public Fronts fronts(Call call) {
        String listener = listener(call).value();
        return new Fronts(view.image().cluster(), listener, ownNodeId, node -> told(call, node));
    }

    /** One node, when it is alive and has the client's listener. */
    public Optional<Node> alive(Call call, int nodeId) {
        return view.cache().getAliveBrokerNode(nodeId, listener(call)).map(node -> told(call, node));
    }

    /**
     * Whom clients take for the controller: this node, since every node passes admin requests on and no further
     * connection is needed; else any other.
     */
    public int controllerId(List<Node> alive) {
        return alive.stream().anyMatch(node -> node.id() == ownNodeId)
                ? ownNodeId
                : alive.stream().mapToInt(Node::id).min().orElse(-1);
    }

    private Node told(Call call, Node node) {
        if (!followsClient || node.id() != ownNodeId) {
            return node;
        }
        InetSocketAddress reached = call.localAddress();
        // The listener that the client came in by is bound to the port that it reached.
        return new Node(node.id(), hostOf(reached), reached.getPort(), node.rack(), node.isFenced());
    }

    private static String hostOf(InetSocketAddress reached) {
        InetAddress address = reached.getAddress();
        if (address == null) {
            return reached.getHostString();
        }
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        // The scope of a link-local address names an interface of ours, not of the client's.
        return scope < 0 ? host : host.substring(0, scope);
    }

    private static ListenerName listener(Call call) {
        return call.context().listenerName;
    }
}
