package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.weir.kafka.frame.RequestBudget.Reservation;
import io.weir.kafka.node.NodeProtocol;
import io.weir.kafka.node.Origin;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * One connection's frames become requests here: who asks is checked before a body is read, and there is room for what the
 * body became before anybody works on it. On the connection's event loop.
 */
final class Intake {
    private final RequestParser parser;
    private final MemoryClaim memory;
    private final WireConfig.Listener listener;
    private final ListenerName listenerName;
    private ClientInformation client = ClientInformation.EMPTY;

    Intake(RequestParser parser, MemoryClaim memory, WireConfig.Listener listener) {
        this.parser = parser;
        this.memory = memory;
        this.listener = listener;
        this.listenerName = new ListenerName(listener.name());
    }

    /** Who is there, known once the connection is active. */
    record Peer(String connectionId, InetSocketAddress remote, InetSocketAddress local, Authenticator authenticator) {}

    /**
     * A request that is about to be handed over.
     *
     * @param room that it has got; its taker gives it back
     * @param forwarded whether a node sent it in somebody's name
     */
    record Prepared(RequestContext context, AbstractRequest request, Reservation room, boolean forwarded) {}

    /** Somebody who has not said who it is asks for something else. */
    static final class UnauthenticatedException extends RuntimeException {
        UnauthenticatedException(ApiKeys api) {
            super(api + " before authentication", null, false, false);
        }
    }

    /**
     * Parses. Null when there is no room: the claim's retry will be run when there may be.
     *
     * @throws UnauthenticatedException before the body is read
     * @throws RuntimeException of whatever kind for what is no request of ours
     */
    @Nullable
    Prepared prepare(Peer peer, ByteBuf frame) {
        ByteBuffer bytes = frame.nioBuffer();
        RequestHeader header = parser.header(bytes);
        Authenticator authenticator = peer.authenticator();
        Optional<KafkaPrincipal> principal = authenticator.principal();
        ApiKeys api = header.apiKey();
        if (principal.isEmpty()
                && api != ApiKeys.API_VERSIONS
                && !authenticator.apis().contains(api)) {
            throw new UnauthenticatedException(api);
        }
        RequestReader body = parser.reader(bytes);
        Origin origin = null;
        if (listener.callers() == WireConfig.Callers.NODES && principal.isPresent()) {
            origin = NodeProtocol.takeOrigin(header);
        }
        AbstractRequest request = parser.body(header, body);
        int ownBytes = RequestKind.keepsFrame(api) ? 0 : frame.readableBytes();
        Reservation room = memory.tryClaim(MemoryClaim.sizeBytes(ownBytes, body.fields()));
        if (room == null) {
            return null;
        }
        if (request instanceof ApiVersionsRequest versions && versions.version() >= 3 && versions.isValid()) {
            client = new ClientInformation(
                    versions.data().clientSoftwareName(), versions.data().clientSoftwareVersion());
        }
        RequestContext context = origin == null ? ownContext(peer, header, principal) : origin.context(header);
        return new Prepared(context, request, room, origin != null);
    }

    private RequestContext ownContext(Peer peer, RequestHeader header, Optional<KafkaPrincipal> principal) {
        return new RequestContext(
                header,
                peer.connectionId(),
                peer.remote().getAddress(),
                Optional.of(peer.remote().getPort()),
                principal.orElse(KafkaPrincipal.ANONYMOUS),
                listenerName,
                listener.securityProtocol(),
                client,
                false);
    }

    /** The connection is gone. */
    void close() {
        memory.close();
    }
}
