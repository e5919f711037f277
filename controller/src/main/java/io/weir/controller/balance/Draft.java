package io.weir.controller.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A partition while its plan is made. One thread. */
final class Draft {
    final Slot slot;
    private List<Integer> order;
    private Move.@Nullable Kind kind;

    Draft(Slot slot) {
        this.slot = slot;
        this.order = slot.candidates();
    }

    List<Integer> order() {
        return order;
    }

    void become(List<Integer> next, Move.Kind why) {
        order = List.copyOf(next);
        if (kind == null) {
            kind = why;
        }
    }

    Optional<Move> move() {
        return kind == null || order.equals(slot.candidates())
                ? Optional.empty()
                : Optional.of(new Move(slot, order, kind));
    }

    /** Who will own it when preferred leaders have been given back, as far as they live; or -1. */
    int owner(Members members) {
        if (order.isEmpty() || members.isLive(order.getFirst())) {
            return order.isEmpty() ? -1 : order.getFirst();
        }
        if (order.contains(slot.leader()) && members.isLive(slot.leader())) {
            return slot.leader();
        }
        for (int id : order) {
            if (members.isLive(id)) {
                return id;
            }
        }
        return -1;
    }

    /** Whether KRaft would take a new list of candidates that is made from this one. */
    boolean isMovable(Members members) {
        if (slot.fixed()) {
            return false;
        }
        for (int id : order) {
            if (members.presence(id) == Presence.MISSING) {
                return false;
            }
        }
        return true;
    }

    /** The same candidates, {@code first} before the others. */
    List<Integer> ledBy(int first) {
        List<Integer> next = new ArrayList<>(order);
        next.remove((Integer) first);
        next.addFirst(first);
        return next;
    }
}
