package io.weir.metadata.node;

import io.netty.buffer.Unpooled;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/** Calls that a node makes on its own behalf, not a client's. Any thread. */
public final class InternalCalls {
    private static final String CONNECTION = "internal";
    private static final ListenerName LISTENER = new ListenerName("INTERNAL");

    private final String clientId;
    private final KafkaPrincipal principal;
    private final InetSocketAddress address;
    private final AtomicInteger correlationIds = new AtomicInteger();

    /** @param nodeId named in the client id and the principal of each call */
    public InternalCalls(int nodeId) {
        this.clientId = "weir-node-" + nodeId;
        this.principal = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, clientId);
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** The call for a request at its own version. */
    public Call of(AbstractRequest request) {
        RequestHeader header =
                new RequestHeader(request.apiKey(), request.version(), clientId, correlationIds.getAndIncrement());
        RequestContext context = new RequestContext(
                header,
                CONNECTION,
                address.getAddress(),
                principal,
                LISTENER,
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                true);
        return new Call(context, request, address, Unpooled.EMPTY_BUFFER);
    }

    /** Sends a request; a service that throws is one that failed. */
    public <T extends ApiMessage> CompletableFuture<T> send(
            Service service, AbstractRequest.Builder<?> request, Class<T> answer) {
        try {
            return service.call(of(request.build())).thenApply(answer::cast);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What went wrong with a call: that it failed, or what its answer says; NONE when nothing did. */
    static Errors error(@Nullable Throwable failure, short code) {
        if (failure == null) {
            return Errors.forCode(code);
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Errors.forException(cause);
    }
}
