package io.weir.server.command;

/** The command was called wrongly in a way that the parser cannot see: exit code 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
