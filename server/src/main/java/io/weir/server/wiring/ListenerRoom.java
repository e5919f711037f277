package io.weir.server.wiring;

import io.weir.kafka.Service;
import io.weir.kafka.secret.NodeAuthentication;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.Network;
import io.weir.kafka.wire.WireServer;
import io.weir.proxy.peer.RemoteNodes;
import io.weir.server.settings.ClusterSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** Where this node listens for clients, for other nodes and for controllers, whichever of them it serves. */
final class ListenerRoom implements AutoCloseable {
    /** Of the quorum. */
    static final String CONTROLLER = "CONTROLLER";

    private final WireServer wire;
    private final List<Endpoint> clients = new ArrayList<>();
    private final List<Endpoint> nodes = new ArrayList<>();

    /**
     * Listens at once.
     *
     * @param services by the name of the listener
     */
    ListenerRoom(Site site, Knowledge known, Network network, Map<String, Service> services) {
        this.wire = new WireServer(
                site.configs().wire(),
                services,
                known::features,
                NodeAuthentication.factory(site.secret(), Authenticator.anonymous(), site.time()),
                network,
                site.time(),
                site.registry());
        wire.bind().forEach((name, address) -> {
            boolean forNodes = name.equals(RemoteNodes.LISTENER) || name.equals(CONTROLLER);
            (forNodes ? nodes : clients).add(endpoint(name, address));
        });
    }

    /** For clients. */
    List<Endpoint> clients() {
        return List.copyOf(clients);
    }

    /** For nodes and controllers. */
    List<Endpoint> nodes() {
        return List.copyOf(nodes);
    }

    /** What the controller is told, so that others find this node. */
    List<Endpoint> registered(Site site) {
        List<Endpoint> told = site.settings().listeners().advertised();
        List<Endpoint> registered = new ArrayList<>(told.isEmpty() || clients.isEmpty() ? clients : told);
        ClusterSettings cluster = site.settings().cluster();
        nodes.stream()
                .filter(endpoint -> endpoint.listener().equals(RemoteNodes.LISTENER))
                .map(endpoint -> cluster.advertised()
                        .map(address -> endpoint(endpoint.listener(), address))
                        .orElse(endpoint))
                .forEach(registered::add);
        return registered;
    }

    private static Endpoint endpoint(String name, InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return new Endpoint(name, SecurityProtocol.PLAINTEXT, host, address.getPort());
    }

    @Override
    public void close() {
        wire.close();
    }
}
