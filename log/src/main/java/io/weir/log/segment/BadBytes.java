package io.weir.log.segment;

/** Bytes that are not what was written; whoever knows the file says so in a WeirException. Never leaves the package. */
final class BadBytes extends Exception {
    private static final long serialVersionUID = 1L;

    BadBytes(String reason) {
        super(reason);
    }
}
