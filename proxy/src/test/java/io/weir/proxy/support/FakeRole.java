package io.weir.proxy.support;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;

/** A role that answers as it was told and remembers what it was asked. */
public final class FakeRole implements Service {
    private final Map<ApiKeys, Function<Call, CompletableFuture<? extends ApiMessage>>> answers =
            new EnumMap<>(ApiKeys.class);
    private final List<Call> calls = new ArrayList<>();

    public FakeRole on(ApiKeys api, Function<Call, ? extends ApiMessage> answer) {
        return onAsync(api, call -> CompletableFuture.completedFuture(answer.apply(call)));
    }

    public FakeRole onAsync(ApiKeys api, Function<Call, CompletableFuture<? extends ApiMessage>> answer) {
        answers.put(api, answer);
        return this;
    }

    /** What it was asked, in order. */
    public List<Call> calls() {
        return calls;
    }

    public Call lastCall() {
        return calls.getLast();
    }

    @Override
    public Set<ApiKeys> apis() {
        return answers.isEmpty() ? Set.of() : EnumSet.copyOf(answers.keySet());
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        // A role in another process gets its request as bytes of this version: that they can be made is part of it.
        MessageUtil.toByteBufferAccessor(call.request().data(), call.version());
        calls.add(call);
        Function<Call, CompletableFuture<? extends ApiMessage>> answer = answers.get(call.api());
        if (answer == null) {
            throw new AssertionError("Nobody said how to answer " + call.api());
        }
        return answer.apply(call);
    }
}
