package io.weir.kafka.wire;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** Answers as it is told to, or hands each call to the test, which answers when it likes. */
public final class StubService implements Service {
    private final Set<ApiKeys> apis;
    private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private volatile Function<Call, CompletableFuture<? extends ApiMessage>> answer = this::park;

    /** A call that waits for its answer. */
    public record Pending(Call call, CompletableFuture<ApiMessage> future) {}

    public StubService(Set<ApiKeys> apis) {
        this.apis = apis;
    }

    public static StubService of(ApiKeys first, ApiKeys... more) {
        return new StubService(EnumSet.of(first, more));
    }

    public StubService answering(Function<Call, ? extends ApiMessage> function) {
        answer = call -> CompletableFuture.completedFuture(function.apply(call));
        return this;
    }

    public StubService handling(Function<Call, CompletableFuture<? extends ApiMessage>> function) {
        answer = function;
        return this;
    }

    public CompletableFuture<? extends ApiMessage> park(Call call) {
        CompletableFuture<ApiMessage> future = new CompletableFuture<>();
        pending.add(new Pending(call, future));
        return future;
    }

    public Pending next() throws InterruptedException {
        Pending next = pending.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no call came within 10 s");
        }
        return next;
    }

    public int waiting() {
        return pending.size();
    }

    @Override
    public Set<ApiKeys> apis() {
        return apis;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        return answer.apply(call);
    }
}
