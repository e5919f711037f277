package io.weir.compat.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server of one node, and loses answers: every n-th answer to a produce request is
 * swallowed and its connection closed, so that the client must send again what the server has taken already. In answers
 * to metadata requests it puts its own port, or clients would go around it.
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
                Map<Integer, RequestHeader> waiting = new ConcurrentHashMap<>();
                Thread.ofVirtual().start(() -> pump(client, server, frame -> request(frame, waiting)));
                Thread.ofVirtual().start(() -> pump(server, client, frame -> answer(frame, waiting)));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** What is sent on instead of a frame; null closes the connection. */
    private interface Step {
        byte @Nullable [] apply(byte[] frame);
    }

    private static void pump(Socket from, Socket to, Step step) {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                byte[] onward = step.apply(frame);
                if (onward == null) {
                    return;
                }
                out.writeInt(onward.length);
                out.write(onward);
                out.flush();
            }
        } catch (IOException e) {
            // One side is gone; both are closed.
        }
    }

    private static byte[] request(byte[] frame, Map<Integer, RequestHeader> waiting) {
        RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(frame));
        if (header.apiKey() == ApiKeys.PRODUCE || header.apiKey() == ApiKeys.METADATA) {
            waiting.put(header.correlationId(), header);
        }
        return frame;
    }

    private byte @Nullable [] answer(byte[] frame, Map<Integer, RequestHeader> waiting) {
        RequestHeader header = waiting.remove(ByteBuffer.wrap(frame).getInt());
        if (header == null) {
            return frame;
        }
        if (header.apiKey() == ApiKeys.METADATA) {
            return withOwnPort(frame, header);
        }
        if (answers.incrementAndGet() % every == 0) {
            dropped.incrementAndGet();
            return null;
        }
        return frame;
    }

    private byte[] withOwnPort(byte[] frame, RequestHeader header) {
        var metadata = ((MetadataResponse) AbstractResponse.parseResponse(ByteBuffer.wrap(frame), header)).data();
        metadata.brokers().forEach(broker -> broker.setPort(port()));
        ResponseHeader answer = header.toResponseHeader();
        ByteBuffer bytes = RequestUtils.serialize(answer.data(), answer.headerVersion(), metadata, header.apiVersion());
        byte[] changed = new byte[bytes.remaining()];
        bytes.get(changed);
        return changed;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
