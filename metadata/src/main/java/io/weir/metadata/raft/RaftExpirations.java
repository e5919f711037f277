package io.weir.metadata.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.raft.ExpirationService;
import org.apache.kafka.server.util.Scheduler;

/**
 * Fails what raft waits for too long, on the metadata log's own scheduler: Kafka's service has two threads for the few
 * fetches of other voters and observers, and takes up to 200 ms to end. Any thread.
 */
record RaftExpirations(Scheduler scheduler) implements ExpirationService {
    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMs) {
        CompletableFuture<T> future = new CompletableFuture<>();
        ScheduledFuture<?> expiry = scheduler.scheduleOnce(
                "raft-expiration",
                () -> future.completeExceptionally(
                        new TimeoutException("Raft waited in vain for " + timeoutMs + " ms")),
                timeoutMs);
        CompletableFuture<T> _ = future.whenComplete((value, failure) -> expiry.cancel(false));
        return future;
    }
}
