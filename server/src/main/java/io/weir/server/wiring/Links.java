package io.weir.server.wiring;

import io.weir.broker.ownership.HandOver;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.controller.ControllerService;
import io.weir.kafka.Service;
import io.weir.kafka.client.RemoteServices;
import io.weir.kafka.wire.Network;
import io.weir.log.Neighbours;
import io.weir.metadata.node.RemoteController;
import io.weir.proxy.peer.PeerConfig;
import io.weir.proxy.peer.ProxyHealth;
import io.weir.proxy.peer.RemoteNodes;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.metadata.BrokerRegistration;

/** How this node reaches the others of its cluster. There is none where a process is alone. */
final class Links implements AutoCloseable {
    private final Site site;
    private final LatestNodes latest;
    private final Knowledge known;
    private final RemoteServices services;

    /** Connects to nobody yet. */
    Links(Site site, Knowledge known, Network network) {
        this.site = site;
        this.known = known;
        this.latest = new LatestNodes(site.nodeId(), site.time());
        // Before whatever opens partitions: that has to know who is alive by the very image that gives them away.
        known.view().precede(latest);
        this.services = new RemoteServices(
                site.configs().remote(),
                site.secret(),
                network,
                site.time(),
                RandomGenerator.getDefault(),
                site.registry());
    }

    /** The other writers of the store. */
    Neighbours neighbours() {
        return new Neighbours(
                latest,
                new HandOver(site.nodeId(), this::node, site.configs().log().letGoPatience()));
    }

    /**
     * A node at the address that it has registered for nodes.
     *
     * @throws WeirException UNAVAILABLE when it is not registered, or not with one
     */
    Service node(int nodeId) {
        BrokerRegistration registration = latest.image().cluster().broker(nodeId);
        Endpoint endpoint =
                registration == null ? null : registration.listeners().get(RemoteNodes.LISTENER);
        if (endpoint == null) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE, "Node " + nodeId + " is not registered with an address for other nodes");
        }
        return services.to(InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()));
    }

    /** Whichever controller decides. */
    RemoteController controller(MetadataRoom metadata) {
        return new RemoteController(
                site.configs().remoteController(),
                ControllerService.APIS,
                metadata.raft()::activeController,
                metadata.controller().map(own -> new RemoteController.LocalController(site.nodeId(), own.service())),
                services::to,
                site.time(),
                site.registry());
    }

    /** Every node's roles, this one's without a socket. */
    RemoteNodes nodes(Optional<Service> broker, Optional<Service> coordinator, Service controller) {
        return new RemoteNodes(
                known.view(),
                site.nodeId(),
                new RemoteNodes.Own(broker, coordinator, controller),
                services::to,
                PeerConfig.defaults(),
                site.time(),
                site.registry());
    }

    /** Why clients should not be sent to this proxy: it is asked with each heartbeat. */
    ProxyHealth proxyHealth(RemoteNodes nodes, ReadRoom reads) {
        return new ProxyHealth(List.of(reads.reads()::trouble, nodes::trouble), site.registry());
    }

    @Override
    public void close() {
        services.close();
    }
}
