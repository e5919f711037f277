package io.weir.server.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ports of the loopback address that nobody listens on, each given once. They lie below those that the system gives to
 * outgoing connections, so that a node that is away for a moment finds its own again.
 */
final class FreePorts {
    private static final int FIRST = 19_100;
    private static final int LAST = 31_999;
    private static final int KAFKA = 9_092;

    private final Set<Integer> given = new HashSet<>();
    private int next = FIRST;

    int next() {
        while (next <= LAST) {
            int port = next++;
            if (isFree(port)) {
                given.add(port);
                return port;
            }
        }
        throw new WeirException(
                FaultKind.UNAVAILABLE, "No port from " + FIRST + " to " + LAST + " of 127.0.0.1 is free");
    }

    /** In a row from 9092 on, or wherever there is room. */
    List<Integer> row(int count) {
        for (int first = KAFKA; first < FIRST; first += 10_000) {
            if (isFreeRow(first, count)) {
                return given(first, count);
            }
        }
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            ports.add(next());
        }
        return ports;
    }

    /**
     * In a row from the one that was asked for.
     *
     * @throws WeirException INVALID when one of them is taken
     */
    List<Integer> rowFrom(int first, int count) {
        for (int port = first; port < first + count; port++) {
            if (port > 65_535 || !isFree(port)) {
                throw new WeirException(
                        FaultKind.INVALID,
                        "--port " + first + ": cannot listen on 127.0.0.1:" + port
                                + ". Stop what listens there, or choose another");
            }
        }
        return given(first, count);
    }

    private boolean isFreeRow(int first, int count) {
        for (int port = first; port < first + count; port++) {
            if (!isFree(port)) {
                return false;
            }
        }
        return true;
    }

    private List<Integer> given(int first, int count) {
        List<Integer> ports = new ArrayList<>();
        for (int port = first; port < first + count; port++) {
            given.add(port);
            ports.add(port);
        }
        return ports;
    }

    private boolean isFree(int port) {
        if (given.contains(port)) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
