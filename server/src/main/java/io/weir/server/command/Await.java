package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for Kafka's answers, with a bound. */
final class Await {
    private Await() {}

    /**
     * The result of {@code future}.
     *
     * @throws RuntimeException Kafka's own, unwrapped; WeirException UNAVAILABLE when it takes too long
     */
    static <T> T result(KafkaFuture<T> future, ClientOptions options) {
        try {
            // The client gives up by itself at the same time and then says why: leave it a moment to do so.
            return future.get(options.timeoutMs() + 1000L, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw late(options);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "interrupted", e);
        }
    }

    /** What to say when nothing came in time. */
    static WeirException late(ClientOptions options) {
        return new WeirException(
                FaultKind.UNAVAILABLE,
                options.bootstrapServer + " takes connections but gave no answer within "
                        + options.timeout.toMillis() + " ms. Is it a Kafka listener, and is the node ready"
                        + " (/health/ready on its HTTP listener)? --timeout waits longer.");
    }
}
