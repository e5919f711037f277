package io.weir.metadata.raft;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * What controllers and those who follow them ask of each other. Only for the controllers' listener, which must be the
 * one that {@link RaftConfig#listener} names: here FETCH is of the metadata log, and whoever may send a vote may end a
 * cluster. Any thread; raft's own answers.
 */
public record RaftService(RaftNode raft) implements Service {
    /** Never on a listener that clients reach. */
    public static final Set<ApiKeys> APIS = Set.of(
            ApiKeys.VOTE,
            ApiKeys.BEGIN_QUORUM_EPOCH,
            ApiKeys.END_QUORUM_EPOCH,
            ApiKeys.FETCH,
            ApiKeys.FETCH_SNAPSHOT,
            ApiKeys.UPDATE_RAFT_VOTER);

    @Override
    public Set<ApiKeys> apis() {
        return APIS;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        return raft.handle(call.context(), call.request().data());
    }
}
