package io.weir.compat.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A line between programs that can be cut. While it is, both sides hear nothing: connections stay, new ones are taken,
 * and what is sent waits, to come late when the line is whole again, as with a network that loses packets for a while.
 * Any thread.
 */
public final class Forwarder implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean cut;
    private boolean closed;

    /** Listens on a free loopback port for what is meant for {@code target}, a {@code host:port}. */
    public Forwarder(String target) {
        int colon = target.lastIndexOf(':');
        this.host = target.substring(0, colon);
        this.port = Integer.parseInt(target.substring(colon + 1));
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** {@code host:port} to be used instead of the target's. */
    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on nothing comes through. */
    public synchronized void cut() {
        cut = true;
    }

    /** What has waited comes through, and everything after it. */
    public synchronized void mend() {
        cut = false;
        notifyAll();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = listener.accept();
                sockets.add(from);
                Thread.ofVirtual().start(() -> connect(from));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket from) {
        try {
            awaitWhole();
            Socket to = new Socket(host, port);
            sockets.add(to);
            Thread.ofVirtual().start(() -> pump(to, from));
            pump(from, to);
        } catch (IOException e) {
            close(from); // as if the target had refused it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitWhole();
                out.write(buffer, 0, length);
            }
            awaitWhole();
        } catch (IOException e) {
            // One side is gone, and the other hears of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(from);
        close(to);
    }

    private synchronized void awaitWhole() throws InterruptedException {
        while (cut && !closed) {
            wait();
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(this::close);
    }
}
