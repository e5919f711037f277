package io.weir.proxy.routing;

import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to all the nodes that know a part of the answer. When one node knows all of it, as is common, the
 * very call goes there untouched; else each gets its part at the same time and the answers are merged in the
 * request's order. A node that fails spoils only its own items; where {@link AskAgain} says so, those are asked for
 * again.
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
    private final @Nullable AskAgain<I> again;

    /** @param unavailable what the items of a node that is away are answered with: see {@link Faults} */
    public Split(Divisible<I, R> api, Images images, Router<I> router, Sender sender, Errors unavailable) {
        this(api, images, router, sender, unavailable, null);
    }

    /** @param again for requests whose clients would otherwise see that an owner moves */
    public Split(
            Divisible<I, R> api,
            Images images,
            Router<I> router,
            Sender sender,
            Errors unavailable,
            @Nullable AskAgain<I> again) {
        this.api = api;
        this.images = images;
        this.router = router;
        this.sender = sender;
        this.unavailable = unavailable;
        this.again = again;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        List<I> named = api.items(call.request());
        List<I> items = api.isAnsweredOnce() ? distinct(named) : named;
        return new Question(call, items, items.size() == named.size()).ask(items, 0);
    }

    private List<I> distinct(List<I> named) {
        Map<Object, I> first = LinkedHashMap.newLinkedHashMap(named.size());
        for (I item : named) {
            first.putIfAbsent(api.key(item), item);
        }
        return first.size() == named.size() ? named : List.copyOf(first.values());
    }

    /** One request until it is answered. Its steps follow each other. */
    private final class Question {
        private final Call call;
        private final List<I> items;
        private final boolean mayGoUntouched;
        private final long deadlineMs;
        private final Map<Object, R> results = new HashMap<>();

        Question(Call call, List<I> items, boolean mayGoUntouched) {
            this.call = call;
            this.items = items;
            this.mayGoUntouched = mayGoUntouched;
            this.deadlineMs = again == null ? 0 : again.deadlineMs();
        }

        CompletableFuture<? extends ApiMessage> ask(List<I> wanted, int failures) {
            Map<Integer, List<I>> parts = new LinkedHashMap<>();
            MetadataImage image = images.latest();
            boolean refused = false;
            for (I item : wanted) {
                switch (router.route(image, item)) {
                    case Route.To(int nodeId) ->
                        parts.computeIfAbsent(nodeId, node -> new ArrayList<>()).add(item);
                    case Route.Refused(Errors error) -> {
                        results.put(api.key(item), api.failed(item, error));
                        refused = true;
                    }
                }
            }
            return mayGoUntouched && failures == 0 && parts.size() == 1 && !refused
                    ? whole(parts.keySet().iterator().next(), image)
                    : parts(wanted, parts, image, failures);
        }

        /** The very answer goes back, unless something in it is asked for again. */
        private CompletableFuture<? extends ApiMessage> whole(int nodeId, MetadataImage image) {
            CompletableFuture<? extends ApiMessage> answer = sender.send(nodeId, call);
            if (again == null) {
                return answer;
            }
            return answer.handle((data, failure) -> {
                        results.putAll(resultsOf(call, items, data, failure));
                        List<I> open = open(items);
                        return open.isEmpty()
                                ? answer.<@Nullable ApiMessage>thenApply(same -> same)
                                : later(open, image, 1).<@Nullable ApiMessage>thenApply(same -> same);
                    })
                    .thenCompose(next -> next);
        }

        private CompletableFuture<? extends ApiMessage> parts(
                List<I> wanted, Map<Integer, List<I>> parts, MetadataImage image, int failures) {
            List<CompletableFuture<Map<Object, R>>> answers = new ArrayList<>(parts.size());
            parts.forEach(
                    (nodeId, part) -> answers.add(sender.send(nodeId, call.with(api.part(call.request(), part)))
                            .handle((answer, failure) -> resultsOf(call, part, answer, failure))));
            return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .thenCompose(done -> {
                        answers.forEach(answer -> results.putAll(answer.join()));
                        List<I> open = open(wanted);
                        return open.isEmpty()
                                ? CompletableFuture.<@Nullable ApiMessage>completedFuture(merged())
                                : later(open, image, failures + 1).<@Nullable ApiMessage>thenApply(same -> same);
                    });
        }

        private List<I> open(List<I> asked) {
            List<I> open = new ArrayList<>();
            for (I item : asked) {
                R result = results.get(api.key(item));
                if (again != null && result != null && again.isOpen(item, api.errorOf(result), deadlineMs)) {
                    open.add(item);
                }
            }
            return open;
        }

        private CompletableFuture<? extends ApiMessage> later(List<I> open, MetadataImage image, int failures) {
            return Objects.requireNonNull(again)
                    .pause(image, failures)
                    .thenCompose(done -> ask(open, failures).<@Nullable ApiMessage>thenApply(same -> same));
        }

        private @Nullable ApiMessage merged() {
            List<R> ordered = new ArrayList<>(items.size());
            for (I item : items) {
                R result = results.get(api.key(item));
                ordered.add(result == null ? api.failed(item, Errors.UNKNOWN_SERVER_ERROR) : result);
            }
            return api.whole(call.request(), items, ordered);
        }
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
