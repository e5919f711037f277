package io.weir.coordinator;

import org.jspecify.annotations.Nullable;

/** Ties the knot of construction: the writer is made before the one that it reports to. */
final class TermEventsRelay implements TermEvents {
    private volatile @Nullable TermEvents target;

    void to(TermEvents events) {
        target = events;
    }

    @Override
    public void closed(Term term) {
        TermEvents events = target;
        if (events != null) {
            events.closed(term);
        }
    }

    @Override
    public void broken(Term term, Exception cause) {
        TermEvents events = target;
        if (events != null) {
            events.broken(term, cause);
        }
    }
}
