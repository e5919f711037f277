package io.weir.storage.fault;

import java.time.Duration;

/** What goes wrong with one operation. */
public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** It fails and has done nothing. */
    record Before() implements Fault {}

    /** It fails, but its effect is there. */
    record After() implements Fault {}

    /** It takes {@code delay} longer, by the store's injected delay. */
    record Slow(Duration delay) implements Fault {}

    /** Nothing goes wrong. */
    Fault NONE = new None();
}
