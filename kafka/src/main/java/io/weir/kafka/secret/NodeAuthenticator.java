package io.weir.kafka.secret;

import io.weir.kafka.Call;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.LogLimiter;
import io.weir.kafka.wire.WireConfig;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramSaslServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection on which a node proves that it knows the secret. On the connection's event loop. */
final class NodeAuthenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAuthenticator.class);
    private static final short FIRST_VERSION_WITH_AUTHENTICATE = 1;

    private final ClusterSecret secret;
    private final WireConfig.Listener listener;
    private final InetSocketAddress remote;
    private final LogLimiter refusals;
    private final Set<ApiKeys> apis = EnumSet.of(ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE);
    private @Nullable SaslServer exchange;
    private Optional<KafkaPrincipal> principal = Optional.empty();
    private boolean failed;

    private NodeAuthenticator(
            ClusterSecret secret, WireConfig.Listener listener, InetSocketAddress remote, LogLimiter refusals) {
        this.secret = secret;
        this.listener = listener;
        this.remote = remote;
        this.refusals = refusals;
    }

    /** Asks for the secret on listeners for nodes, and leaves the others to {@code clients}. */
    static Factory factory(ClusterSecret secret, Factory clients, Time time) {
        LogLimiter refusals = new LogLimiter(time);
        return (listener, remote) -> listener.callers() == WireConfig.Callers.NODES
                ? new NodeAuthenticator(secret, listener, remote, refusals)
                : clients.open(listener, remote);
    }

    @Override
    public Set<ApiKeys> apis() {
        return apis;
    }

    @Override
    public Optional<KafkaPrincipal> principal() {
        return principal;
    }

    @Override
    public boolean failed() {
        return failed;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        return switch (call.request()) {
            case SaslHandshakeRequest handshake -> CompletableFuture.completedFuture(begin(handshake));
            case SaslAuthenticateRequest step -> CompletableFuture.completedFuture(step(step));
            default ->
                CompletableFuture.failedFuture(new UnsupportedVersionException(call.api() + " proves nothing here"));
        };
    }

    private SaslHandshakeResponseData begin(SaslHandshakeRequest request) {
        SaslHandshakeResponseData answer =
                new SaslHandshakeResponseData().setMechanisms(List.of(ClusterSecret.MECHANISM.mechanismName()));
        if (request.version() < FIRST_VERSION_WITH_AUTHENTICATE) {
            refuse("its SASL handshake is of version 0");
            return answer.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        }
        if (principal.isPresent() || exchange != null) {
            refuse("it began anew");
            return answer.setErrorCode(Errors.ILLEGAL_SASL_STATE.code());
        }
        String wanted = request.data().mechanism();
        if (!ClusterSecret.MECHANISM.mechanismName().equals(wanted)) {
            refuse("it asked for the mechanism " + LogLimiter.printable(wanted));
            return answer.setErrorCode(Errors.UNSUPPORTED_SASL_MECHANISM.code());
        }
        try {
            exchange = new ScramSaslServer(ClusterSecret.MECHANISM, Map.of(), callbacks -> answer(secret, callbacks));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        return answer;
    }

    private SaslAuthenticateResponseData step(SaslAuthenticateRequest request) {
        SaslServer server = exchange;
        SaslAuthenticateResponseData answer = new SaslAuthenticateResponseData();
        if (server == null || server.isComplete()) {
            refuse("it authenticated out of turn");
            return answer.setErrorCode(Errors.ILLEGAL_SASL_STATE.code())
                    .setErrorMessage("SaslAuthenticate must follow SaslHandshake, once");
        }
        try {
            byte[] bytes = server.evaluateResponse(request.data().authBytes());
            if (server.isComplete()) {
                principal = Optional.of(new KafkaPrincipal(KafkaPrincipal.USER_TYPE, server.getAuthorizationID()));
            }
            return answer.setAuthBytes(bytes == null ? new byte[0] : bytes);
        } catch (SaslException | AuthenticationException e) {
            refuse("it does not know the secret of this cluster");
            return answer.setErrorCode(Errors.SASL_AUTHENTICATION_FAILED.code())
                    .setErrorMessage("weir.internal.secret.file of this node and of the one it called differ");
        }
    }

    private void refuse(String why) {
        failed = true;
        refusals.log(leftOut -> LOG.warn(
                "Node refused: {}; see that weir.internal.secret.file is the same everywhere; listener={} remote={}"
                        + " leftOut={}",
                why,
                listener.name(),
                remote,
                leftOut));
    }

    private static void answer(ClusterSecret secret, Callback[] callbacks) {
        boolean known = false;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                known = ClusterSecret.USER.equals(name.getDefaultName());
            } else if (known && callback instanceof ScramCredentialCallback credential) {
                credential.scramCredential(secret.credential());
            }
        }
    }
}
