package io.weir.controller.balance;

import java.util.List;

/**
 * One partition's new candidates.
 *
 * @param slot as it is
 * @param to who may own it then, the preferred owner first
 * @param kind why
 */
public record Move(Slot slot, List<Integer> to, Kind kind) {
    /** Copies the list. */
    public Move {
        to = List.copyOf(to);
    }

    /** Why a partition's candidates change. */
    public enum Kind {
        /** There were fewer than there could be. */
        GROW,
        /** One is gone. */
        REPLACE,
        /** None was alive. */
        ADOPT,
        /** Its owner has more partitions than others. */
        LEVEL,
        /** Its owner is about to leave. */
        DRAIN
    }
}
