package io.weir.kafka.client;

import org.apache.kafka.common.errors.NetworkException;
import org.jspecify.annotations.Nullable;

/**
 * The peer has certainly not seen the request: there is no connection to it, or too much waits for it already. To be tried
 * again, there or elsewhere, without fear of doing anything twice.
 */
public final class RequestNotSentException extends NetworkException {
    private static final long serialVersionUID = 1L;

    RequestNotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
