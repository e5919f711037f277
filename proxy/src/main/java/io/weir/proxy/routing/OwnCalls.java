package io.weir.proxy.routing;

import io.netty.buffer.Unpooled;
import io.weir.kafka.Call;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** Calls that no client has made: what a node asks for itself. */
public final class OwnCalls {
    private final String clientId;

    /** In the name of a node. */
    public OwnCalls(int nodeId) {
        this.clientId = "weir-proxy-" + nodeId;
    }

    /** A call with the request, of the node itself. */
    public Call of(AbstractRequest request) {
        InetAddress address = InetAddress.getLoopbackAddress();
        RequestContext context = new RequestContext(
                new RequestHeader(request.apiKey(), request.version(), clientId, 0),
                clientId,
                address,
                KafkaPrincipal.ANONYMOUS,
                ListenerName.forSecurityProtocol(SecurityProtocol.PLAINTEXT),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                true);
        return new Call(context, request, new InetSocketAddress(address, 0), Unpooled.EMPTY_BUFFER);
    }
}
