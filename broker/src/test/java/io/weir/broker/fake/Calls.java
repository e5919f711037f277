package io.weir.broker.fake;

import io.netty.util.ReferenceCounted;
import io.weir.kafka.Call;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** Calls as the wire makes them: the request is parsed from its bytes. */
public final class Calls {
    private Calls() {}

    /** The request's bytes at its version. */
    public static ByteBuffer bytes(AbstractRequest request) {
        return MessageUtil.toByteBufferAccessor(request.data(), request.version())
                .buffer();
    }

    /** The call of a request that lies in {@code bytes}, which {@code frame} owns. */
    public static Call of(AbstractRequest request, ByteBuffer bytes, String clientId, ReferenceCounted frame) {
        return of(request, bytes, "1", clientId, frame);
    }

    /** The same, of one connection among several. */
    public static Call of(
            AbstractRequest request, ByteBuffer bytes, String connectionId, String clientId, ReferenceCounted frame) {
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), clientId, 1);
        RequestContext context = new RequestContext(
                header,
                connectionId,
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
        AbstractRequest parsed = AbstractRequest.parseRequest(
                        request.apiKey(), request.version(), new ByteBufferAccessor(bytes))
                .request;
        return new Call(context, parsed, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092), frame);
    }
}
