package io.weir.kafka.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A blocking socket that knows frames. One thread. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    public RawClient(InetSocketAddress address) throws IOException {
        this(address, -1);
    }

    public RawClient(InetSocketAddress address, int receiveBufferBytes) throws IOException {
        socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(address, TIMEOUT_MS);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024));
        out = socket.getOutputStream();
    }

    public static RequestHeader header(AbstractRequest request, int correlationId) {
        return new RequestHeader(request.apiKey(), request.version(), "raw-client", correlationId);
    }

    /** Length and all. */
    public static byte[] frame(AbstractRequest request, int correlationId) {
        ByteBuffer body = request.serializeWithHeader(header(request, correlationId));
        return framed(body);
    }

    public static byte[] framed(ByteBuffer body) {
        byte[] frame = new byte[4 + body.remaining()];
        ByteBuffer.wrap(frame).putInt(body.remaining()).put(body);
        return frame;
    }

    public void send(AbstractRequest request, int correlationId) throws IOException {
        sendBytes(frame(request, correlationId));
    }

    public void sendBytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public void sendBytes(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        out.flush();
    }

    /** The next answer's body, from its correlation id on. */
    public ByteBuffer receive() throws IOException {
        byte[] body = new byte[in.readInt()];
        in.readFully(body);
        return ByteBuffer.wrap(body);
    }

    /** Takes so many bytes of what comes, whatever they are. */
    public void take(int bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    public int receiveCorrelationId() throws IOException {
        return receive().getInt();
    }

    public AbstractResponse receive(AbstractRequest request, int correlationId) throws IOException {
        return AbstractResponse.parseResponse(receive(), header(request, correlationId));
    }

    public AbstractResponse call(AbstractRequest request) throws IOException {
        send(request, 7);
        return receive(request, 7);
    }

    /** Waits until the server has closed; whatever still comes is thrown away. */
    public boolean closedWithin(Duration bound) throws IOException {
        socket.setSoTimeout((int) bound.toMillis());
        byte[] rubbish = new byte[8192];
        try {
            while (in.read(rubbish) >= 0) {
                // on to the end
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException | EOFException e) {
            return true;
        }
    }

    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A minimal header by hand, for what Kafka's classes refuse to write. */
    public static ByteBuffer rawHeader(int apiKey, int version, int correlationId, int moreBytes) {
        ByteBuffer body = ByteBuffer.allocate(10 + moreBytes);
        body.putShort((short) apiKey)
                .putShort((short) version)
                .putInt(correlationId)
                .putShort((short) -1);
        return body.rewind();
    }

    public static ApiKeys api(int id) {
        return ApiKeys.forId(id);
    }
}
