package io.weir.proxy.fetch;

import io.weir.kafka.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One fetch from several owners, or one in which some partitions have none.
 *
 * <p>First every owner says what it has now. If that is too little, all are asked again and wait, and the first that
 * has anything ends the fetch: the others' waiting is cancelled, what they find all the same is released, and the
 * client asks for it again, for its offsets there have not moved. Each owner may return a share of the bytes by its share of the partitions. Any thread;
 * answers come on the owners' threads.
 */
final class SplitFetch {
    private final Call call;
    private final List<Wanted> wanted;
    private final FetchSources sources;
    private final Time time;
    private final Duration longestWait;
    private final List<Part> parts;
    private final long startMs;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final CompletableFuture<FetchAnswer> outcome = new CompletableFuture<>() {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                finish();
            }
            return cancelled;
        }
    };

    SplitFetch(Call call, List<Wanted> wanted, FetchSources sources, Time time, Duration longestWait) {
        this.call = call;
        this.wanted = wanted;
        this.sources = sources;
        this.time = time;
        this.longestWait = longestWait;
        this.startMs = time.milliseconds();
        Map<Integer, Part> byOwner = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).isRefused()) {
                byOwner.computeIfAbsent(wanted.get(i).owner(), Part::new).add(i, wanted.get(i));
            }
        }
        this.parts = List.copyOf(byOwner.values());
    }

    /** Begins. The outcome never fails for what owners do. */
    CompletableFuture<FetchAnswer> start(int minBytes, int maxBytes) {
        int maxWaitMs = ((FetchRequest) call.request()).data().maxWaitMs();
        if (parts.size() <= 1) {
            // Nobody to choose between: the one owner waits as the client would.
            CompletableFuture<?> _ = askAll(maxWaitMs, minBytes, maxBytes).whenComplete((done, failure) -> finish());
            return outcome;
        }
        CompletableFuture<?> _ = askAll(0, minBytes, maxBytes).whenComplete((done, failure) -> {
            long leftMs = Math.min(maxWaitMs, longestWait.toMillis()) - (time.milliseconds() - startMs);
            if (leftMs <= 0 || isEnough(minBytes)) {
                finish();
            } else {
                waitForFirst((int) leftMs, minBytes, maxBytes);
            }
        });
        return outcome;
    }

    private CompletableFuture<Void> askAll(int maxWaitMs, int minBytes, int maxBytes) {
        return CompletableFuture.allOf(parts.stream()
                .map(part -> ask(part, maxWaitMs, minBytes, maxBytes).thenAccept(part::offer))
                .toArray(CompletableFuture[]::new));
    }

    private void waitForFirst(int waitMs, int minBytes, int maxBytes) {
        AtomicInteger waiting = new AtomicInteger(parts.size());
        for (Part part : parts) {
            if (finished.get()) {
                return;
            }
            CompletableFuture<?> _ = ask(part, waitMs, minBytes, maxBytes).thenAccept(answer -> {
                boolean ends = hasNews(answer);
                part.offer(answer);
                if (ends || waiting.decrementAndGet() == 0) {
                    finish();
                }
            });
        }
    }

    private CompletableFuture<FetchAnswer> ask(Part part, int maxWaitMs, int minBytes, int maxBytes) {
        CompletableFuture<FetchAnswer> answer = sources.ask(
                part.owner, call, part.wanted, maxWaitMs, share(minBytes, part), share(maxBytes, part));
        part.underWay = answer;
        if (finished.get()) {
            answer.cancel(false);
        }
        return answer;
    }

    private int share(int bytes, Part part) {
        return bytes <= 0 ? bytes : (int) Math.max(1, (long) bytes * part.wanted.size() / partitionsOwned());
    }

    private int partitionsOwned() {
        int partitions = 0;
        for (Part part : parts) {
            partitions += part.wanted.size();
        }
        return partitions;
    }

    private boolean isEnough(int minBytes) {
        long bytes = 0;
        for (Part part : parts) {
            FetchAnswer answer = part.peek();
            for (PartitionData result : answer == null ? List.<PartitionData>of() : answer.results()) {
                if (result.errorCode() != Errors.NONE.code()) {
                    return true;
                }
                bytes += FetchResponse.recordsSize(result);
            }
        }
        return bytes >= minBytes;
    }

    private static boolean hasNews(FetchAnswer answer) {
        return answer.results().stream()
                .anyMatch(result -> result.errorCode() != Errors.NONE.code() || FetchResponse.recordsSize(result) > 0);
    }

    private void finish() {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        parts.forEach(part -> part.underWay.cancel(false));
        PartitionData[] results = new PartitionData[wanted.size()];
        List<Node> leaders = new ArrayList<>();
        for (Part part : parts) {
            FetchAnswer answer = part.take();
            for (int i = 0; answer != null && i < answer.results().size(); i++) {
                results[part.places.get(i)] = answer.results().get(i);
            }
            if (answer != null) {
                leaders.addAll(answer.leaders());
            }
        }
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                Errors error = wanted.get(i).isRefused() ? wanted.get(i).refusal() : Errors.UNKNOWN_SERVER_ERROR;
                results[i] = FetchResponse.partitionResponse(wanted.get(i).partition(), error);
            }
        }
        FetchAnswer answer = new FetchAnswer(
                Arrays.asList(results), leaders.stream().distinct().toList());
        if (!outcome.complete(answer)) {
            Leases.release(answer.results());
        }
    }

    /** One owner's partitions and the latest that it said of them. */
    private static final class Part {
        private final int owner;
        private final List<Integer> places = new ArrayList<>();
        private final List<Wanted> wanted = new ArrayList<>();
        private volatile CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);
        private final AtomicReference<Latest> latest = new AtomicReference<>(new Said(null));

        Part(int owner) {
            this.owner = owner;
        }

        void add(int place, Wanted one) {
            places.add(place);
            wanted.add(one);
        }

        @Nullable
        FetchAnswer peek() {
            return latest.get() instanceof Said said ? said.answer : null;
        }

        void offer(FetchAnswer answer) {
            Said next = new Said(answer);
            while (latest.get() instanceof Said before) {
                if (latest.compareAndSet(before, next)) {
                    if (before.answer != null) {
                        Leases.release(before.answer.results());
                    }
                    return;
                }
            }
            Leases.release(answer.results());
        }

        @Nullable
        FetchAnswer take() {
            return latest.getAndSet(new Taken()) instanceof Said said ? said.answer : null;
        }
    }

    private sealed interface Latest {}

    /** An answer that waits for the end of the fetch, if there is one yet. */
    private record Said(@Nullable FetchAnswer answer) implements Latest {}

    /** The fetch has ended: what comes now is released. */
    private record Taken() implements Latest {}
}
