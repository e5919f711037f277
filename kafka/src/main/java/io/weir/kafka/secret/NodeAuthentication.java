package io.weir.kafka.secret;

import io.weir.kafka.wire.Authenticator;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;

/** What a node asks of the nodes that call it. No state; any thread. */
public final class NodeAuthentication {
    private NodeAuthentication() {}

    /**
     * Listeners for nodes ask for the secret; without one they believe whoever reaches them, so they must be on the
     * loopback. Other listeners are left to {@code clients}.
     */
    public static Authenticator.Factory factory(
            Optional<ClusterSecret> secret, Authenticator.Factory clients, Time time) {
        return secret.map(known -> NodeAuthenticator.factory(known, clients, time))
                .orElse(clients);
    }
}
