package io.weir.proxy.peer;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Nodes;
import io.weir.proxy.routing.OwnCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * The roles of all nodes: those of this node in the process, those of others at the address that they have registered
 * for nodes. Tries nothing again. A node that is not registered, or not with that listener, fails every call; one that
 * does not answer is taken as away for a while ({@link PeerConfig}). Any thread.
 */
public final class RemoteNodes implements Nodes, AutoCloseable {
    /** The listener that nodes register for each other. */
    public static final String LISTENER = "INTERNAL";

    private static final Duration IMAGE_WAIT = Duration.ofSeconds(30);

    private final ClusterView view;
    private final int ownNodeId;
    private final Own own;
    private final Function<InetSocketAddress, Service> connect;
    private final PeerConfig config;
    private final Time time;
    private final OwnCalls ownCalls;
    private final ConcurrentHashMap<Integer, Peer> peers = new ConcurrentHashMap<>();
    private final AtomicBoolean awaitsImage = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * What this process has itself.
     *
     * @param broker its broker, if it has that role
     * @param coordinator its coordinator, if it has that role
     * @param controller whoever finds the active controller
     */
    public record Own(Optional<Service> broker, Optional<Service> coordinator, Service controller) {}

    /**
     * Registers {@code weir_proxy_peers_away}.
     *
     * @param connect the service at an address, which is not resolved; the same one for the same address
     */
    public RemoteNodes(
            ClusterView view,
            int ownNodeId,
            Own own,
            Function<InetSocketAddress, Service> connect,
            PeerConfig config,
            Time time,
            PrometheusRegistry registry) {
        this.view = view;
        this.ownNodeId = ownNodeId;
        this.own = own;
        this.connect = connect;
        this.config = config;
        this.time = time;
        this.ownCalls = new OwnCalls(ownNodeId);
        GaugeWithCallback.builder()
                .name("weir_proxy_peers_away")
                .help("Nodes that do not answer this one")
                .callback(gauge -> gauge.call(
                        peers.values().stream().filter(Peer::isAway).count()))
                .register(registry);
    }

    @Override
    public Service broker(int nodeId) {
        return nodeId == ownNodeId ? local(own.broker(), "broker") : remote(nodeId);
    }

    @Override
    public Service coordinator(int nodeId) {
        return nodeId == ownNodeId ? local(own.coordinator(), "coordinator") : remote(nodeId);
    }

    @Override
    public Service controller() {
        return own.controller();
    }

    private Service local(Optional<Service> role, String name) {
        return role.isPresent()
                ? role.get()
                : new Unreachable("This node, " + ownNodeId + ", is no " + name + "; see `roles`");
    }

    private Service remote(int nodeId) {
        BrokerRegistration registration = view.image().cluster().broker(nodeId);
        if (registration == null) {
            peers.remove(nodeId);
            return new Unreachable("Node " + nodeId + " is not registered");
        }
        Peer known = peers.get(nodeId);
        return known != null && isSame(known.registration(), registration) ? known : meet(registration);
    }

    /** Under a new epoch a node starts with a clean slate. */
    private Service meet(BrokerRegistration registration) {
        Endpoint endpoint = registration.listeners().get(LISTENER);
        if (endpoint == null) {
            return new Unreachable("Node " + registration.id() + " has registered no listener " + LISTENER
                    + "; give it a weir.internal.listener");
        }
        watchImages();
        return peers.compute(registration.id(), (id, before) -> before != null
                        && (isSame(before.registration(), registration)
                                || before.registration().epoch() > registration.epoch())
                ? before
                : new Peer(
                        registration,
                        connect.apply(InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port())),
                        config,
                        time));
    }

    /** Who waits for a node that is gone would wait until its time is out, though another may have its partitions. */
    @SuppressWarnings("ReferenceEquality") // each image is another object
    private void watchImages() {
        if (closed || !awaitsImage.compareAndSet(false, true)) {
            return;
        }
        MetadataImage seen = view.image();
        CompletableFuture<?> _ = view.when(image -> image != seen, IMAGE_WAIT).whenComplete((image, late) -> {
            awaitsImage.set(false);
            if (late == null) {
                peers.values().forEach(peer -> abandonIfGone(image, peer));
            }
            watchImages();
        });
    }

    private void abandonIfGone(MetadataImage image, Peer peer) {
        BrokerRegistration now = image.cluster().broker(peer.registration().id());
        boolean gone = now == null || now.epoch() > peer.registration().epoch();
        if (gone) {
            peers.remove(peer.registration().id(), peer);
        }
        if (gone || now.fenced()) {
            peer.abandon();
        }
    }

    @SuppressWarnings("ReferenceEquality") // an image shares what has not changed with the one before
    private static boolean isSame(BrokerRegistration one, BrokerRegistration other) {
        return one == other
                || (one.epoch() == other.epoch() && one.listeners().equals(other.listeners()));
    }

    /**
     * Why this node should not be sent clients: most of the living nodes that it talks to have not answered it for long.
     * Tries them meanwhile, so that this ends. Called every now and then.
     */
    public Optional<String> trouble() {
        MetadataImage image = view.image();
        int alive = 0;
        int away = 0;
        for (Peer peer : peers.values()) {
            BrokerRegistration now = image.cluster().broker(peer.registration().id());
            if (now != null && !now.fenced() && now.epoch() == peer.registration().epoch()) {
                alive++;
                if (peer.isAway()) {
                    CompletableFuture<?> _ = peer.call(ownCalls.of(new ApiVersionsRequest.Builder().build()));
                }
                away += peer.isAwayFor(config.ownFault().toMillis()) ? 1 : 0;
            }
        }
        return 2 * away > alive
                ? Optional.of("Of " + alive + " nodes that are alive " + away + " have not answered for "
                        + config.ownFault().toSeconds() + " s")
                : Optional.empty();
    }

    /** Follows the metadata no longer. The services are closed by who made them. */
    @Override
    public void close() {
        closed = true;
    }

    /** Answers nothing, and says why. */
    private record Unreachable(String reason) implements Service {
        @Override
        public Set<ApiKeys> apis() {
            return Set.of();
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            return Peer.notSent(call, reason);
        }
    }
}
