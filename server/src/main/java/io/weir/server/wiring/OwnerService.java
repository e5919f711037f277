package io.weir.server.wiring;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** What other nodes may ask of this one: each request goes to the one of its roles that answers it. Any thread. */
final class OwnerService implements Service {
    private final Map<ApiKeys, Service> roles = new EnumMap<>(ApiKeys.class);

    /** @throws IllegalArgumentException when two of the roles answer the same request */
    OwnerService(List<Service> services) {
        for (Service service : services) {
            for (ApiKeys api : service.apis()) {
                if (roles.put(api, service) != null) {
                    throw new IllegalArgumentException(api + " is answered by two roles");
                }
            }
        }
    }

    @Override
    public Set<ApiKeys> apis() {
        return Set.copyOf(roles.keySet());
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        Service role = roles.get(call.api());
        return role == null
                ? CompletableFuture.failedFuture(
                        new UnsupportedVersionException("No role of this node answers " + call.api()))
                : role.call(call);
    }
}
