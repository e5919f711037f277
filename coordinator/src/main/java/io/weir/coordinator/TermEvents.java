package io.weir.coordinator;

/** Told what happens to a term. Any thread; must not block. */
interface TermEvents {
    /** The log has closed the partition of this term. */
    void closed(Term term);

    /** What the coordinator believes and what the log holds may differ: it must be loaded again. */
    void broken(Term term, Exception cause);
}
