package io.weir.compat.crash;

/**
 * Something that a log may not do.
 *
 * @param kind what
 * @param detail where, with the numbers
 */
record Problem(Kind kind, String detail) {
    /** What can go wrong. */
    enum Kind {
        /** An offset is missing between two others, or before the end. */
        GAP,
        /** An acknowledged record is not there. */
        LOST,
        /** An acknowledged record lies at another offset than was said. */
        MOVED,
        /** A record is there twice. */
        DOUBLED,
        /** A writer's records are not in the order in which it sent them. */
        SWAPPED,
        /** A record is there that nobody sent, or its bytes have changed. */
        FOREIGN,
        /** A consumer was given a record that is not, or no more, at this offset. */
        VANISHED,
        /** A consumer was never given a record. */
        UNDELIVERED
    }
}
