package io.weir.controller;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.raft.RaftService;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * What a controller answers on its own listener, where other controllers and nodes reach it: raft's requests and those that
 * the active controller decides. Never on a listener that clients reach. Any thread.
 */
public record QuorumService(RaftService raft, ControllerService controller) implements Service {
    @Override
    public Set<ApiKeys> apis() {
        return Stream.concat(raft.apis().stream(), controller.apis().stream()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        return RaftService.APIS.contains(call.api()) ? raft.call(call) : controller.call(call);
    }
}
