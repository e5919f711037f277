package io.weir.kafka.client;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * The roles of another node. Any thread may call; the future is completed on an event loop, so what depends on it must not
 * block. What may go wrong besides what the peer says:
 *
 * <ul>
 *   <li>{@link RequestNotSentException}: no connection, or too much under way. Try again, there or elsewhere.
 *   <li>{@link org.apache.kafka.common.errors.NetworkException}: the connection was lost on the way; done or not done.
 *   <li>{@link org.apache.kafka.common.errors.TimeoutException}: no answer in time; done or not done.
 *   <li>{@link org.apache.kafka.common.errors.UnsupportedVersionException}: the peer does not serve this.
 * </ul>
 *
 * <p>Records of the request are views of the call's frame, which is kept until they are written; records of an answer
 * are {@link io.weir.common.buffer.LeasedRecords}, which the caller releases. A produce with acks=0 is answered here, so
 * that its error can be told. Cancelling frees the slot; the peer, which does not learn of it, waits as long as the request says.
 */
public final class RemoteService implements Service {
    private final List<PeerConnection> produce;
    private final List<PeerConnection> waiting;
    private final List<PeerConnection> others;
    private volatile Set<ApiKeys> apis = EnumSet.allOf(ApiKeys.class);

    RemoteService(RemoteConfig.Connections connections, PeerConnectionFactory factory) {
        produce = make(connections.produce(), factory);
        waiting = make(connections.waiting(), factory);
        others = make(connections.others(), factory);
    }

    /** Makes connections that tell what their peer serves. */
    @FunctionalInterface
    interface PeerConnectionFactory {
        PeerConnection make(Consumer<PeerApis> told);
    }

    private List<PeerConnection> make(int count, PeerConnectionFactory factory) {
        List<PeerConnection> made = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made.add(factory.make(served -> apis = served.apis()));
        }
        return List.copyOf(made);
    }

    /** What the peer said when it was last connected to; before that, everything. */
    @Override
    public Set<ApiKeys> apis() {
        return EnumSet.copyOf(apis);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        List<PeerConnection> connections = switch (RequestKind.of(call.api())) {
            case PRODUCE -> produce;
            case WAITING -> waiting;
            case OTHER -> others;
        };
        int index = connections.size() == 1
                ? 0
                : Math.floorMod(call.context().connectionId().hashCode(), connections.size());
        return connections.get(index).call(call);
    }

    /** Closes all connections; done when everything has been given back. */
    CompletableFuture<Void> close() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (List<PeerConnection> some : List.of(produce, waiting, others)) {
            some.forEach(connection -> closing.add(connection.close()));
        }
        return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public String toString() {
        return others.getFirst().toString();
    }
}
