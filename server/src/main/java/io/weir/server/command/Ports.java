package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.settings.Role;
import io.weir.server.settings.WeirKeys;
import io.weir.server.settings.WeirSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.network.SocketServerConfigs;

/**
 * Looks, before anything is started, whether the addresses can be bound, so that a taken port is told at once and
 * together with the setting that names it.
 */
final class Ports {
    private Ports() {}

    /** @throws WeirException INVALID, naming setting, value and way out */
    static void requireFree(WeirSettings settings) {
        if (settings.roles().contains(Role.PROXY)) {
            for (Endpoint listener : settings.listeners().listeners()) {
                requireFree(
                        SocketServerConfigs.LISTENERS_CONFIG,
                        listener.listener() + "://",
                        new InetSocketAddress(listener.host(), listener.port()));
            }
        }
        settings.cluster().internal().ifPresent(address -> requireFree(WeirKeys.INTERNAL_LISTENER, address));
        settings.cluster().controller().ifPresent(address -> requireFree(WeirKeys.CONTROLLER_LISTENER, address));
        requireFree(WeirKeys.HTTP_LISTENER, settings.httpListener());
    }

    private static void requireFree(String setting, InetSocketAddress unresolved) {
        requireFree(setting, "", new InetSocketAddress(unresolved.getHostString(), unresolved.getPort()));
    }

    private static void requireFree(String setting, String scheme, InetSocketAddress address) {
        String place = address.getHostString() + ":" + address.getPort();
        if (address.isUnresolved()) {
            throw new WeirException(
                    FaultKind.INVALID, "Setting " + setting + ": there is no host " + address.getHostString() + ".");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            String other = scheme + address.getHostString() + ":" + (address.getPort() + 10_000) % 65_536;
            throw new WeirException(
                    FaultKind.INVALID,
                    "Cannot listen on " + place + " (" + e.getMessage() + "). Stop what listens there, or choose"
                            + " another address: `--set " + setting + "=" + other + "`.",
                    e);
        }
    }
}
