package io.weir.kafka;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * What a role answers, in terms of Kafka's requests. The same interface whether the role is in this process or
 * behind a connection, so that nobody can tell.
 */
public interface Service {
    /** The requests that {@link #call} takes. Only these are ever advertised. */
    Set<ApiKeys> apis();

    /**
     * Answers one request.
     *
     * <p>Called on the event loop of the connection: must not block, must not throw for bad input. The future may be
     * completed by any thread. It yields the response's data message; failing it answers with the error code of the
     * exception, in the request's own form of an error. A {@code null} message means that no answer is due
     * (acks=0).
     *
     * <p>Whoever no longer wants the answer cancels the future: the service ends the waiting where it can, and itself
     * releases the records of an answer that the future did not take.
     */
    CompletableFuture<? extends ApiMessage> call(Call call);
}
