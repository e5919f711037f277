package io.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must not happen and did: counted by kind, the first few with their details. Any thread. */
final class Problems {
    private static final int DETAILS = 20;

    private final Map<Kind, Long> counts = new TreeMap<>();
    private final List<String> details = new ArrayList<>();

    /** What can be wrong. */
    enum Kind {
        /** An acknowledged record is not there, or a reader skipped it. */
        LOSS,
        /** A record is there twice. */
        DUPLICATE,
        /** A record is not what was sent. */
        DAMAGE,
        /** A committed offset was forgotten. */
        COMMIT_FORGOTTEN,
        /** A producer with minutes of patience was told an error. */
        SEND_FAILED,
        /** The node ended by itself, did not start, or did not stop. */
        NODE,
        /** A client's thread ended. */
        CLIENT,
        /** Something grew that should not. */
        LEAK,
        /** The node became slower. */
        DRIFT
    }

    synchronized void add(Kind kind, String detail) {
        counts.merge(kind, 1L, Long::sum);
        if (details.size() < DETAILS) {
            details.add(kind + ": " + detail);
        }
    }

    synchronized Map<Kind, Long> counts() {
        return new TreeMap<>(counts);
    }

    synchronized List<String> details() {
        return List.copyOf(details);
    }

    synchronized boolean none() {
        return counts.isEmpty();
    }
}
