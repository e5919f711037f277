package io.weir.bench.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Ports of the loopback address that nobody listens on. They lie below the range that the kernel hands to outgoing
 * connections: a client that knocks at the port of a server that is down could otherwise be given that very port, and
 * keep the server from coming back.
 */
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int COUNT = 20_000;
    private static final int TRIES = 1_000;

    private FreePorts() {}

    /** One that was free a moment ago. The kernel's choice of another port is the chance by which it is chosen. */
    static int next() throws IOException {
        for (int tried = 0; tried < TRIES; tried++) {
            int port = FIRST + chosenByKernel() % COUNT;
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(address(port));
                return port;
            } catch (IOException e) {
                // Somebody has it: another one.
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static int chosenByKernel() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address(0));
            return socket.getLocalPort();
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
