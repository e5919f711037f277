package io.weir.common.error;

/** What went wrong, in the one respect that matters: who tries again. */
public enum FaultKind {
    /** The thing is away or too slow; the caller tries again later, with back-off. */
    UNAVAILABLE,
    /** Another owner has taken over; this one stops, nobody retries here. */
    FENCED,
    /** The caller asked for something that cannot be; retrying changes nothing. */
    INVALID,
    /** Stored bytes are not what was written; an operator looks, nobody retries. */
    CORRUPT,
    /** It was closed on purpose; the caller finds the next owner. */
    CLOSED,
    /** A bug in Weir: that actor stops, the process goes on. */
    INTERNAL
}
