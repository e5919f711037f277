package io.weir.kafka;

import io.netty.util.ReferenceCounted;
import java.net.InetSocketAddress;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;

/**
 * One request, parsed, with where it came from.
 *
 * @param context header, principal, listener and client, as Kafka's own classes want it
 * @param request the parsed request; records inside it are views of {@code frame}
 * @param localAddress the address of ours that the client reached, from which advertised addresses follow
 * @param frame owner of the bytes that the request was parsed from. It lives until the call's future is done;
 *     whoever keeps records longer retains it and releases it later
 */
public record Call(
        RequestContext context, AbstractRequest request, InetSocketAddress localAddress, ReferenceCounted frame) {
    /** Which request. */
    public ApiKeys api() {
        return request.apiKey();
    }

    /** The version that the client speaks. */
    public short version() {
        return request.version();
    }

    /** The same origin with another request: what a proxy sends on to an owner. */
    public Call with(AbstractRequest other) {
        return new Call(context, other, localAddress, frame);
    }
}
