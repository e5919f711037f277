package io.weir.kafka.wire;

import java.util.Locale;

/** Why a connection ended, as metrics and logs say it. */
enum CloseReason {
    /** The client closed it or its network did. */
    CLIENT,
    /** Nothing under way and nothing arrived for {@code connections.max.idle.ms}. */
    IDLE,
    /** A frame took too long to arrive. */
    SLOW_FRAME,
    /** Answers waited and the client took none. */
    STALLED,
    /** A length that no frame may have. */
    INVALID_LENGTH,
    /** Bytes that are no request of ours. */
    INVALID_REQUEST,
    /** A request before authentication. */
    UNAUTHENTICATED,
    /** A failed request whose form has no room for an error, such as a produce with acks=0. */
    UNANSWERABLE,
    /** Over {@code max.connections}. */
    TOO_MANY,
    /** Over {@code max.connections.per.ip}. */
    TOO_MANY_OF_IP,
    /** The server is closing. */
    SHUTDOWN,
    /** A bug of ours. */
    INTERNAL;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
