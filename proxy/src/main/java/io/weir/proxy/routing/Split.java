package io.weir.proxy.routing;

import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to all the nodes that know a part of the answer. When one node knows all of it, as is common, the
 * very call goes there untouched; else each gets its part at the same time and the answers are merged in the
 * request's order. A node that fails spoils only its own items.
 *
 * @param <I> what is asked about
 * @param <R> what is answered about one of them
 */
public final class Split<I, R> implements Handler {
    private final Divisible<I, R> api;
    private final Router<I> router;
    private final Sender sender;
    private final Images images;
    private final Errors unavailable;

    /** @param unavailable what the items of a node that is away are answered with: see {@link Faults} */
    public Split(Divisible<I, R> api, Images images, Router<I> router, Sender sender, Errors unavailable) {
        this.api = api;
        this.images = images;
        this.router = router;
        this.sender = sender;
        this.unavailable = unavailable;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        List<I> named = api.items(call.request());
        List<I> items = api.isAnsweredOnce() ? distinct(named) : named;
        Map<Object, R> results = new HashMap<>();
        Map<Integer, List<I>> parts = new LinkedHashMap<>();
        MetadataImage image = images.latest();
        for (I item : items) {
            switch (router.route(image, item)) {
                case Route.To(int nodeId) ->
                    parts.computeIfAbsent(nodeId, node -> new ArrayList<>()).add(item);
                case Route.Refused(Errors error) -> results.put(api.key(item), api.failed(item, error));
            }
        }
        if (parts.size() == 1 && results.isEmpty() && items.size() == named.size()) {
            return sender.send(parts.keySet().iterator().next(), call);
        }
        return gather(call, items, results, parts);
    }

    private List<I> distinct(List<I> named) {
        Map<Object, I> first = LinkedHashMap.newLinkedHashMap(named.size());
        for (I item : named) {
            first.putIfAbsent(api.key(item), item);
        }
        return first.size() == named.size() ? named : List.copyOf(first.values());
    }

    private CompletableFuture<@Nullable ApiMessage> gather(
            Call call, List<I> items, Map<Object, R> results, Map<Integer, List<I>> parts) {
        List<CompletableFuture<Map<Object, R>>> answers = new ArrayList<>(parts.size());
        parts.forEach((nodeId, part) -> answers.add(sender.send(nodeId, call.with(api.part(call.request(), part)))
                .handle((answer, failure) -> resultsOf(call, part, answer, failure))));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    for (CompletableFuture<Map<Object, R>> answer : answers) {
                        results.putAll(answer.join());
                    }
                    List<R> ordered = new ArrayList<>(items.size());
                    for (I item : items) {
                        R result = results.get(api.key(item));
                        ordered.add(result == null ? api.failed(item, Errors.UNKNOWN_SERVER_ERROR) : result);
                    }
                    return api.whole(call.request(), items, ordered);
                });
    }

    private Map<Object, R> resultsOf(
            Call call, List<I> part, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        Map<Object, R> results = new HashMap<>();
        if (failure != null) {
            Errors error = Faults.errorOf(failure, unavailable);
            part.forEach(item -> results.put(api.key(item), api.failed(item, error)));
        } else if (answer == null) {
            part.forEach(item -> results.put(api.key(item), api.unanswered(item)));
        } else {
            api.results(call.request(), answer, results::put);
        }
        return results;
    }

    /** The metadata that routes are taken from. */
    @FunctionalInterface
    public interface Images {
        /** As of now. */
        MetadataImage latest();
    }

    /** Where each item goes. */
    @FunctionalInterface
    public interface Router<I> {
        /** By one image for the whole request. */
        Route route(MetadataImage image, I item);
    }

    /** How a call gets to a node. */
    @FunctionalInterface
    public interface Sender {
        /** See {@link Forwarder}. */
        CompletableFuture<? extends ApiMessage> send(int nodeId, Call call);
    }
}
