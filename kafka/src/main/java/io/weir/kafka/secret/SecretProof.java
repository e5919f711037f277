package io.weir.kafka.secret;

import java.security.NoSuchAlgorithmException;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.scram.internals.ScramSaslClient;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of one proof, which goes both ways: in the end the peer has shown that it knows the secret, too. One thread at
 * a time; {@link #next} takes some milliseconds of the processor once.
 */
public final class SecretProof {
    private final SaslClient exchange;

    /** Begins. */
    public SecretProof(ClusterSecret secret) {
        try {
            this.exchange = new ScramSaslClient(ClusterSecret.MECHANISM, callbacks -> answer(secret, callbacks));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** By which it is proved. */
    public String mechanism() {
        return ClusterSecret.MECHANISM.mechanismName();
    }

    /**
     * What to send next, to begin with after nothing at all; null when the proof is complete.
     *
     * @throws SaslAuthenticationException when the peer does not know the secret
     */
    public byte @Nullable [] next(byte[] received) {
        try {
            byte[] bytes = exchange.evaluateChallenge(received);
            return exchange.isComplete() ? null : bytes;
        } catch (SaslException e) {
            throw new SaslAuthenticationException("the node called does not know the secret of this cluster: "
                    + "see that weir.internal.secret.file is the same everywhere");
        }
    }

    private static void answer(ClusterSecret secret, Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            switch (callback) {
                case NameCallback name -> name.setName(ClusterSecret.USER);
                case PasswordCallback password ->
                    password.setPassword(secret.password().toCharArray());
                default -> throw new UnsupportedCallbackException(callback);
            }
        }
    }
}
