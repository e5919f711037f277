package io.weir.common.error;

import org.jspecify.annotations.Nullable;

/**
 * An operating fault. Its message names the thing, the value and the way out; {@link #kind} says who retries.
 * Expected outcomes (not the owner, end of log) are results, never this.
 */
public final class WeirException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FaultKind kind;

    /** A fault of {@code kind} that nothing else caused. */
    public WeirException(FaultKind kind, String message) {
        this(kind, message, null);
    }

    /** A fault of {@code kind}, caused by {@code cause}. */
    public WeirException(FaultKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Who retries. */
    public FaultKind kind() {
        return kind;
    }
}
