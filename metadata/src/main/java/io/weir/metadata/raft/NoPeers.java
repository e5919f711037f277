package io.weir.metadata.raft;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;

/** The network of a quorum of one: nobody is there to answer. Raft thread only. */
final class NoPeers implements NetworkChannel {
    private final ListenerName listener;
    private final AtomicInteger correlationIds = new AtomicInteger();

    NoPeers(ListenerName listener) {
        this.listener = listener;
    }

    @Override
    public int newCorrelationId() {
        return correlationIds.getAndIncrement();
    }

    @Override
    public void send(RaftRequest.Outbound request) {
        ApiKeys api = ApiKeys.forId(request.data().apiKey());
        request.completion.complete(new RaftResponse.Inbound(
                request.correlationId(),
                RaftUtil.errorResponse(api, Errors.BROKER_NOT_AVAILABLE),
                request.destination()));
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }
}
