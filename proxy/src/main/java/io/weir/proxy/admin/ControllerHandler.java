package io.weir.proxy.admin;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.image.MetadataImage;

/**
 * Passes a request on to the controller and, where it changed something, holds the answer back until this node sees
 * the change, or for a bounded time: the change is made either way.
 */
final class ControllerHandler implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;
    private final Duration wait;
    private final Effect effect;

    ControllerHandler(ClusterView view, Forwarder forwarder, Duration wait, Effect effect) {
        this.view = view;
        this.forwarder = forwarder;
        this.wait = wait;
        this.effect = effect;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        MetadataImage before = view.image();
        return forwarder.controller(call).thenCompose(answer -> shown(call.request(), answer, before));
    }

    private CompletableFuture<ApiMessage> shown(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        List<Predicate<MetadataImage>> changes = effect.of(request, answer, before);
        return changes.isEmpty()
                ? CompletableFuture.completedFuture(answer)
                : view.when(image -> changes.stream().allMatch(change -> change.test(image)), wait)
                        .handle((image, late) -> answer);
    }

    /** What a request changes. */
    @FunctionalInterface
    interface Effect {
        /** Changes nothing that anybody waits for. */
        Effect NONE = (request, answer, before) -> List.of();

        /**
         * How each change shows that the answer says was made.
         *
         * @param before the image when the request came
         */
        List<Predicate<MetadataImage>> of(AbstractRequest request, ApiMessage answer, MetadataImage before);
    }
}
