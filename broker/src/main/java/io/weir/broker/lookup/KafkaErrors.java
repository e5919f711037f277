package io.weir.broker.lookup;

import io.weir.common.error.WeirException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.storage.internals.log.RecordValidationException;

/**
 * The edge at which faults get Kafka's names.
 *
 * <p>CORRUPT is CORRUPT_MESSAGE: a consumer stops there with an error that its owner sees, where
 * KAFKA_STORAGE_ERROR would make it try for ever in silence. UNAVAILABLE is KAFKA_STORAGE_ERROR, which clients retry
 * after a look at the metadata.
 */
public final class KafkaErrors {
    private KafkaErrors() {}

    /** The cause that futures wrapped. */
    public static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RecordValidationException invalid ? invalid.invalidException() : cause;
    }

    /** What a client is told. */
    public static Errors of(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof WeirException fault) {
            return switch (fault.kind()) {
                case UNAVAILABLE -> Errors.KAFKA_STORAGE_ERROR;
                case FENCED, CLOSED -> Errors.NOT_LEADER_OR_FOLLOWER;
                case INVALID -> Errors.INVALID_REQUEST;
                case CORRUPT -> Errors.CORRUPT_MESSAGE;
                case INTERNAL -> Errors.UNKNOWN_SERVER_ERROR;
            };
        }
        return Errors.forException(cause);
    }
}
