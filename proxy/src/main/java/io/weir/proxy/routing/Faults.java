package io.weir.proxy.routing;

import io.weir.common.error.WeirException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.Errors;

/** Which of Kafka's errors a failed call becomes when it was only a part of what a client asked. */
public final class Faults {
    private Faults() {}

    /**
     * Kafka's own exceptions keep their code.
     *
     * @param unavailable what a client is told when the node that should answer is away or no longer in charge: an
     *     error after which it looks for the right node and tries again
     */
    public static Errors errorOf(Throwable failure, Errors unavailable) {
        Throwable cause = unwrap(failure);
        if (cause instanceof WeirException fault) {
            return switch (fault.kind()) {
                case UNAVAILABLE, FENCED, CLOSED -> unavailable;
                case INVALID -> Errors.INVALID_REQUEST;
                case CORRUPT -> Errors.KAFKA_STORAGE_ERROR;
                case INTERNAL -> Errors.UNKNOWN_SERVER_ERROR;
            };
        }
        return isAway(cause) ? unavailable : Errors.forException(cause);
    }

    /** Whether a node did not answer, as opposed to what it may have answered; it may have done what was asked. */
    public static boolean isAway(Throwable cause) {
        return cause instanceof CancellationException
                || cause instanceof NetworkException
                || cause instanceof DisconnectException
                || cause instanceof TimeoutException
                || cause instanceof AuthenticationException;
    }

    /** What a future failed with, without the wrappings that futures add. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
