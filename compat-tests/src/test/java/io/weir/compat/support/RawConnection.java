package io.weir.compat.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A connection that sends one request of exactly one version and reads its answer; for what no client would do. */
public final class RawConnection implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(15);

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int correlationId;

    /** Connects, or throws. */
    public RawConnection(String bootstrap) throws IOException {
        int colon = bootstrap.lastIndexOf(':');
        this.socket = new Socket();
        socket.connect(
                new InetSocketAddress(bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1))),
                (int) BOUND.toMillis());
        socket.setSoTimeout((int) BOUND.toMillis());
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends the request at its version and returns the answer. */
    public <T extends AbstractResponse> T call(AbstractRequest request, Class<T> answer) {
        return answer.cast(receive(send(request)));
    }

    /** Sends the request and returns the header to receive its answer with. */
    public RequestHeader send(AbstractRequest request) {
        try {
            RequestHeader header =
                    new RequestHeader(request.apiKey(), request.version(), "raw-connection", correlationId++);
            ByteBuffer frame = request.serializeWithHeader(header);
            out.writeInt(frame.remaining());
            out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
            out.flush();
            return header;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the next answer, which must be the one to this header. */
    public AbstractResponse receive(RequestHeader header) {
        try {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return AbstractResponse.parseResponse(ByteBuffer.wrap(frame), header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether somebody at this address answers a metadata request and names a broker. */
    public static boolean answersMetadata(String bootstrap) throws IOException {
        try (RawConnection connection = new RawConnection(bootstrap)) {
            MetadataRequest request = new MetadataRequest.Builder(List.of(), false).build((short) 9);
            return !connection.call(request, MetadataResponse.class).brokers().isEmpty();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
