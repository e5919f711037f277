package io.weir.compat.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Finds free loopback ports that stay free while a killed server is down.
 *
 * <p>They lie below the range that the kernel hands to outgoing connections: a client that keeps knocking at the port
 * of a dead server could otherwise be given that very port, connect to itself, and keep the server from coming back.
 */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    /** Another place each time: clients of a server that is gone may still knock at its old port. */
    private final long start = System.nanoTime() / 1_000;

    private int tried;

    /** Returns a port that nobody listened on a moment ago; each call returns another one. */
    synchronized int free() {
        while (tried < COUNT) {
            int port = FIRST + Math.floorMod(start + tried++, COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
