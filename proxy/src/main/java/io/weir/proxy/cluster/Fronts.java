package io.weir.proxy.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the clients of one listener may be sent to, as of one image, and which of them stands before an
 * owner: the owner itself where it has the listener, else a proxy in the rack of the node that answers, else any
 * proxy. Among several it is the one with the highest hash of what is asked about and its own id (rendezvous hashing):
 * every node of a rack names the same one, all get about as much, and one that comes or goes moves only its own share.
 *
 * <p>Immutable; made for one answer.
 */
public final class Fronts {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final ClusterImage cluster;
    private final String listener;
    private final UnaryOperator<Node> told;
    private final Map<Integer, Node> alive = new HashMap<>();
    private final List<Node> near;

    /**
     * @param ownNodeId whose rack counts
     * @param told how clients are told an address
     */
    Fronts(ClusterImage cluster, String listener, int ownNodeId, UnaryOperator<Node> told) {
        this.cluster = cluster;
        this.listener = listener;
        this.told = told;
        BrokerRegistration own = cluster.broker(ownNodeId);
        Optional<String> rack = own == null ? Optional.empty() : own.rack();
        List<Node> inRack = new ArrayList<>();
        List<Node> staying = new ArrayList<>();
        for (BrokerRegistration broker : cluster.brokers().values()) {
            Node node = broker.fenced() ? null : broker.node(listener).orElse(null);
            if (node != null) {
                Node shown = told.apply(node);
                alive.put(node.id(), shown);
                if (!broker.inControlledShutdown()) {
                    staying.add(shown);
                    if (rack.isPresent() && broker.rack().equals(rack)) {
                        inRack.add(shown);
                    }
                }
            }
        }
        if (!inRack.isEmpty()) {
            this.near = inRack;
        } else {
            this.near = staying.isEmpty() ? List.copyOf(alive.values()) : staying;
        }
    }

    /** Every node that is alive and has the client's listener. */
    public List<Node> alive() {
        return List.copyOf(alive.values());
    }

    /**
     * What the tools of administrators are told: {@link #alive}, and the nodes without the client's listener, since
     * these can be named in assignments. They are shown with the address of a proxy, which takes every request that may
     * be sent to them; a client is never sent to a node that has no listener for it.
     *
     * @param fenced whether those that are fenced are told, too
     */
    public List<Node> all(boolean fenced) {
        List<Node> all = new ArrayList<>();
        for (BrokerRegistration broker : cluster.brokers().values()) {
            if (broker.fenced() && !fenced) {
                continue;
            }
            Node own = broker.node(listener).orElse(null);
            Node shown = own == null ? before(broker) : told.apply(own);
            if (shown != null) {
                all.add(shown);
            }
        }
        return all;
    }

    private @Nullable Node before(BrokerRegistration broker) {
        Node proxy = choose(mix(broker.id()));
        return proxy == null
                ? null
                : new Node(
                        broker.id(),
                        proxy.host(),
                        proxy.port(),
                        broker.rack().orElse(null),
                        broker.fenced());
    }

    /** Whom clients are told as the leader of a partition; null when there is nobody to be told. */
    public @Nullable Node leader(Uuid topicId, int partition, int owner) {
        Node own = alive.get(owner);
        return own != null
                ? own
                : choose(mix(topicId.getMostSignificantBits() ^ mix(topicId.getLeastSignificantBits() + partition)));
    }

    /** Whom clients are told as a group's coordinator; null when there is nobody to be told. */
    public @Nullable Node coordinator(String group, int owner) {
        Node own = alive.get(owner);
        return own != null ? own : choose(mix(group.hashCode()));
    }

    private @Nullable Node choose(long key) {
        Node best = null;
        long highest = 0;
        for (Node node : near) {
            long score = mix(key ^ mix(node.id() * GOLDEN));
            if (best == null || score > highest || (score == highest && node.id() < best.id())) {
                best = node;
                highest = score;
            }
        }
        return best;
    }

    /** David Stafford's variant 13 of the finalizer of MurmurHash3: every bit of the input reaches every bit. */
    private static long mix(long bits) {
        long mixed = bits + GOLDEN;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
