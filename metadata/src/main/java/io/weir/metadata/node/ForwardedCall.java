package io.weir.metadata.node;

import io.weir.kafka.Call;
import io.weir.metadata.raft.ActiveController;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** One call on its way to a controller. The loop's thread only, but for {@link #answer}. */
final class ForwardedCall {
    private final Call call;
    private final CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
    private final long retryUntilMs;
    private final long lateAtMs;
    private int attempt;
    private @Nullable ActiveController target;
    private @Nullable CompletableFuture<? extends ApiMessage> coming;
    private @Nullable Throwable refusal;

    ForwardedCall(Call call, RemoteControllerConfig config, long nowMs) {
        this.call = call;
        this.retryUntilMs = nowMs + timeoutMs(call.request().data(), config);
        this.lateAtMs = retryUntilMs + config.grace().toMillis();
    }

    private static long timeoutMs(ApiMessage request, RemoteControllerConfig config) {
        return switch (request) {
            case CreateTopicsRequestData data -> data.timeoutMs();
            case DeleteTopicsRequestData data -> data.timeoutMs();
            case CreatePartitionsRequestData data -> data.timeoutMs();
            case ElectLeadersRequestData data -> data.timeoutMs();
            case AlterPartitionReassignmentsRequestData data -> data.timeoutMs();
            case ListPartitionReassignmentsRequestData data -> data.timeoutMs();
            case UpdateFeaturesRequestData data -> data.timeoutMs();
            case BrokerHeartbeatRequestData data -> config.heartbeatTimeout().toMillis();
            default -> config.timeout().toMillis();
        };
    }

    Call call() {
        return call;
    }

    CompletableFuture<ApiMessage> answer() {
        return answer;
    }

    /** Returns the number of this attempt. */
    int sent(ActiveController to) {
        target = to;
        return ++attempt;
    }

    void awaits(CompletableFuture<? extends ApiMessage> future) {
        coming = future;
    }

    /** Whether that is the attempt whose answer is awaited. */
    boolean isAttempt(int number) {
        return target != null && attempt == number;
    }

    boolean mayRetry(long nowMs) {
        return nowMs < retryUntilMs;
    }

    /** That attempt came to nothing. */
    void refused(@Nullable Throwable failure) {
        target = null;
        coming = null;
        refusal = failure;
    }

    /** Whether nobody has the call now. */
    boolean isWaiting() {
        return target == null;
    }

    /** Whether the one who has the call decides no more. */
    boolean isElsewhere(ActiveController now) {
        return target != null && now.epoch() > target.epoch();
    }

    boolean isLate(long nowMs) {
        return nowMs >= (target == null ? retryUntilMs : lateAtMs);
    }

    /** The answer to the last attempt is no longer wanted. */
    void abandon() {
        CompletableFuture<? extends ApiMessage> last = coming;
        target = null;
        coming = null;
        if (last != null) {
            last.cancel(false);
        }
    }

    void complete(@Nullable ApiMessage message) {
        answer.complete(message);
    }

    void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /** The caller's time is over. */
    void expire() {
        boolean sent = target != null;
        abandon();
        if (sent) {
            fail(new TimeoutException("The active controller did not answer " + call.api() + " in time"));
        } else {
            fail(new NotControllerException(
                    "No controller took " + call.api() + " in time, in " + attempt + " attempts", refusal));
        }
    }
}
