package io.weir.testkit.hostile;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A socket on which anything can be sent. One thread. */
final class RawSocket implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** @param receiveBufferBytes 0 leaves it to the system */
    RawSocket(String bootstrapServers, int receiveBufferBytes) throws IOException {
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        int colon = bootstrapServers.lastIndexOf(':');
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(
                new InetSocketAddress(
                        bootstrapServers.substring(0, colon), Integer.parseInt(bootstrapServers.substring(colon + 1))),
                TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    RawSocket(String bootstrapServers) throws IOException {
        this(bootstrapServers, 0);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** With its length before it. */
    void sendFrame(byte[] frame) throws IOException {
        send(ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array());
    }

    void send(AbstractRequest request) throws IOException {
        ByteBuffer frame = request.serializeWithHeader(header(request));
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        sendFrame(bytes);
    }

    <T extends AbstractResponse> T call(AbstractRequest request, Class<T> answer) throws IOException {
        send(request);
        return answer(request, answer);
    }

    /** The answer to a request that was sent before, all others having been taken. */
    <T extends AbstractResponse> T answer(AbstractRequest request, Class<T> answer) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return answer.cast(AbstractResponse.parseResponse(ByteBuffer.wrap(bytes), header(request)));
    }

    private static RequestHeader header(AbstractRequest request) {
        return new RequestHeader(request.apiKey(), request.version(), "hostile", 1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone one way or the other.
        }
    }
}
