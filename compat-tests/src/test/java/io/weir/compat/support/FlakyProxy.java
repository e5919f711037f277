package io.weir.compat.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Stands between one client and the server, and loses answers: every n-th answer to a produce request is swallowed and
 * its connection closed, so that the client must send again what the server has taken already. The server must announce
 * the address that clients reached it by, or clients go around the proxy: {@link #dropped()} shows whether it was used.
 */
public final class FlakyProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final String serverHost;
    private final int serverPort;
    private final int every;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Listens on a free loopback port and drops every {@code every}-th produce answer. */
    public FlakyProxy(String server, int every) throws IOException {
        int colon = server.lastIndexOf(':');
        this.serverHost = server.substring(0, colon);
        this.serverPort = Integer.parseInt(server.substring(colon + 1));
        this.every = every;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Returns the port that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Returns how many answers were swallowed. */
    public int dropped() {
        return dropped.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(serverHost, serverPort);
                sockets.add(client);
                sockets.add(server);
                Set<Integer> produces = ConcurrentHashMap.newKeySet();
                Thread.ofVirtual().start(() -> pump(client, server, new Requests(produces)));
                Thread.ofVirtual().start(() -> pump(server, client, new Answers(produces)));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void pump(Socket from, Socket to, Gate gate) {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                if (!gate.passes(frame)) {
                    return;
                }
                out.writeInt(frame.length);
                out.write(frame);
                out.flush();
            }
        } catch (IOException e) {
            // One side is gone; both are closed.
        }
    }

    private interface Gate {
        boolean passes(byte[] frame);
    }

    private record Requests(Set<Integer> produces) implements Gate {
        @Override
        public boolean passes(byte[] frame) {
            if (number(frame, 0, 2) == ApiKeys.PRODUCE.id) {
                produces.add(number(frame, 4, 4));
            }
            return true;
        }
    }

    private final class Answers implements Gate {
        private final Set<Integer> produces;

        Answers(Set<Integer> produces) {
            this.produces = produces;
        }

        @Override
        public boolean passes(byte[] frame) {
            if (produces.remove(number(frame, 0, 4)) && answers.incrementAndGet() % every == 0) {
                dropped.incrementAndGet();
                return false;
            }
            return true;
        }
    }

    private static int number(byte[] frame, int at, int size) {
        int number = 0;
        for (int i = at; i < at + size; i++) {
            number = (number << 8) | (frame[i] & 0xff);
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
