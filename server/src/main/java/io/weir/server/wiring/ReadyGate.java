package io.weir.server.wiring;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Holds requests back that come between the binding of the listeners and the moment when the node can answer: a client
 * that connects while the node starts waits a little instead of being told something odd. The wire bounds how many.
 */
final class ReadyGate implements Service {
    private final Service behind;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean open;

    ReadyGate(Service behind) {
        this.behind = behind;
    }

    void open() {
        open = true;
        ready.complete(null);
    }

    @Override
    public Set<ApiKeys> apis() {
        return behind.apis();
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        return open ? behind.call(call) : ready.thenCompose(opened -> behind.call(call));
    }
}
