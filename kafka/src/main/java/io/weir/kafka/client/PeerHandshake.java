package io.weir.kafka.client;

import io.weir.kafka.node.NodeProtocol;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.secret.SecretProof;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.requests.SaslHandshakeResponse;
import org.jspecify.annotations.Nullable;

/**
 * What comes first on a connection to another node: both prove that they know the secret, if there is one, and the peer says
 * what it serves. Every version of Weir understands the versions of the requests in here. On the connection's event loop, but for
 * the proof, which takes some milliseconds and runs on a virtual thread.
 */
final class PeerHandshake {
    private static final short HANDSHAKE_VERSION = 1;
    private static final short AUTHENTICATE_VERSION = 2;
    private static final short API_VERSIONS_VERSION = 3;
    private static final String CLIENT_ID = "weir-node";

    private final Optional<ClusterSecret> secret;
    private final Executor loop;
    private final Session session;
    private @Nullable SecretProof proof;
    private @Nullable RequestHeader expected;

    /** The connection. */
    interface Session {
        /** Sends a frame without its length. */
        void send(ByteBuffer frame);

        /** All is well. */
        void ready(PeerApis apis);

        /** It is not, and will not be. */
        void failed(RuntimeException cause);
    }

    PeerHandshake(Optional<ClusterSecret> secret, Executor loop, Session session) {
        this.secret = secret;
        this.loop = loop;
        this.session = session;
    }

    void begin() {
        if (secret.isEmpty()) {
            askForApis();
            return;
        }
        SecretProof begun = new SecretProof(secret.get());
        proof = begun;
        send(new SaslHandshakeRequest.Builder(new SaslHandshakeRequestData().setMechanism(begun.mechanism()))
                .build(HANDSHAKE_VERSION));
    }

    /** @throws RuntimeException for bytes that are no answer to what was asked */
    void received(ByteBuffer frame) {
        RequestHeader asked = expected;
        if (asked == null) {
            throw new IllegalStateException("an answer that was not asked for");
        }
        expected = null;
        switch (AbstractResponse.parseResponse(frame, asked)) {
            case SaslHandshakeResponse answer -> handshaken(answer.error());
            case SaslAuthenticateResponse answer -> {
                if (answer.error() != Errors.NONE) {
                    throw new SaslAuthenticationException(answer.errorMessage());
                }
                prove(answer.saslAuthBytes());
            }
            case ApiVersionsResponse answer -> apisKnown(answer);
            default -> throw new IllegalStateException("an answer to something else");
        }
    }

    private void handshaken(Errors error) {
        switch (error) {
            case NONE -> prove(new byte[0]);
            case UNSUPPORTED_VERSION ->
                throw new SaslAuthenticationException(
                        "it asks for no secret, and this node has one:"
                                + " set weir.internal.secret.file everywhere or nowhere, and see that the address is a listener for nodes");
            default -> throw new SaslAuthenticationException("its answer to the handshake is " + error);
        }
    }

    private void prove(byte[] received) {
        SecretProof proving = proof;
        if (proving == null) {
            throw new IllegalStateException("nothing to prove");
        }
        Thread.startVirtualThread(() -> {
            try {
                byte[] next = proving.next(received);
                loop.execute(() -> proved(next));
            } catch (RejectedExecutionException closed) {
                // The connection is closed with its event loop.
            } catch (RuntimeException e) {
                fail(e);
            }
        });
    }

    private void fail(RuntimeException cause) {
        try {
            loop.execute(() -> session.failed(cause));
        } catch (RejectedExecutionException closed) {
            // As above.
        }
    }

    private void proved(byte @Nullable [] next) {
        if (next == null) {
            askForApis();
        } else {
            send(new SaslAuthenticateRequest(
                    new SaslAuthenticateRequestData().setAuthBytes(next), AUTHENTICATE_VERSION));
        }
    }

    private void askForApis() {
        send(new ApiVersionsRequest(
                new ApiVersionsRequestData()
                        .setClientSoftwareName("weir")
                        .setClientSoftwareVersion(String.valueOf(NodeProtocol.VERSION)),
                API_VERSIONS_VERSION));
    }

    private void apisKnown(ApiVersionsResponse answer) {
        Errors error = Errors.forCode(answer.data().errorCode());
        if (error != Errors.NONE) {
            throw new UnsupportedVersionException("its answer to ApiVersions is " + error);
        }
        PeerApis apis = new PeerApis(answer.data());
        if (secret.isEmpty() && apis.apis().contains(ApiKeys.SASL_HANDSHAKE)) {
            throw new SaslAuthenticationException(
                    "it asks for the secret of the cluster, and this node has none: set weir.internal.secret.file here");
        }
        NodeProtocol.check(answer.data());
        session.ready(apis);
    }

    private void send(AbstractRequest request) {
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), CLIENT_ID, 0);
        expected = header;
        session.send(request.serializeWithHeader(header));
    }
}
