package io.weir.controller;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/** A service at the other end of a socket: connects when it is asked, sends without waiting, fails all that was lost. */
final class WireClient implements Service, AutoCloseable {
    private final InetSocketAddress address;
    private @Nullable Connection connection;

    WireClient(InetSocketAddress unresolved) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), unresolved.getPort());
    }

    @Override
    public Set<ApiKeys> apis() {
        return ControllerService.APIS;
    }

    @Override
    public synchronized CompletableFuture<? extends ApiMessage> call(Call call) {
        try {
            Connection open = connection;
            if (open == null || open.socket.isClosed()) {
                open = new Connection(new Socket(address.getAddress(), address.getPort()));
                connection = open;
            }
            return open.send(call);
        } catch (IOException e) {
            close();
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.end();
        }
    }

    private record Sent(RequestHeader header, CompletableFuture<ApiMessage> answer) {}

    private static final class Connection {
        final Socket socket;
        private final OutputStream out;
        private final Queue<Sent> unanswered = new ArrayDeque<>();
        private int nextId;
        private boolean ended;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            this.out = socket.getOutputStream();
            Thread.startVirtualThread(this::read);
        }

        synchronized CompletableFuture<ApiMessage> send(Call call) throws IOException {
            RequestHeader header = new RequestHeader(call.api(), call.version(), "test", nextId++);
            ByteBuffer body = call.request().serializeWithHeader(header);
            Sent sent = new Sent(header, new CompletableFuture<>());
            if (ended) {
                throw new IOException("closed meanwhile");
            }
            unanswered.add(sent);
            byte[] frame = new byte[Integer.BYTES + body.remaining()];
            ByteBuffer.wrap(frame).putInt(body.remaining()).put(body);
            out.write(frame);
            return sent.answer();
        }

        private void read() {
            try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
                while (true) {
                    byte[] body = new byte[in.readInt()];
                    in.readFully(body);
                    Sent sent;
                    synchronized (this) {
                        sent = unanswered.remove();
                    }
                    sent.answer()
                            .complete(AbstractResponse.parseResponse(ByteBuffer.wrap(body), sent.header())
                                    .data());
                }
            } catch (IOException e) {
                end();
            }
        }

        void end() {
            Queue<Sent> lost;
            synchronized (this) {
                ended = true;
                lost = new ArrayDeque<>(unanswered);
                unanswered.clear();
            }
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            lost.forEach(sent -> sent.answer().completeExceptionally(new DisconnectException("connection lost")));
        }
    }
}
