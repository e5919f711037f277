package io.weir.kafka.wire;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/**
 * Who is at the other end of one connection. A service for the requests by which the client proves it; those go
 * here and never to the roles. On the connection's event loop.
 *
 * <p>Until {@link #principal} is there, the connection takes one request at a time, and any that is neither
 * ApiVersions nor in {@link #apis} closes it.
 */
public interface Authenticator extends Service {
    /** Who it is, once that is established. */
    Optional<KafkaPrincipal> principal();

    /** Whether it has been tried and failed: the connection is closed after that answer. */
    default boolean failed() {
        return false;
    }

    /** Makes one a connection. */
    @FunctionalInterface
    interface Factory {
        /** The authenticator of a connection that was just accepted. */
        Authenticator open(WireConfig.Listener listener, InetSocketAddress remote);
    }

    /** Everybody is {@code User:ANONYMOUS}, and nobody is asked anything. */
    static Factory anonymous() {
        Authenticator one = new Authenticator() {
            private final Optional<KafkaPrincipal> anonymous = Optional.of(KafkaPrincipal.ANONYMOUS);

            @Override
            public Optional<KafkaPrincipal> principal() {
                return anonymous;
            }

            @Override
            public Set<ApiKeys> apis() {
                return EnumSet.noneOf(ApiKeys.class);
            }

            @Override
            public CompletableFuture<? extends ApiMessage> call(Call call) {
                return CompletableFuture.failedFuture(
                        new UnsupportedVersionException("no authentication on this listener"));
            }
        };
        return (listener, remote) -> one;
    }
}
