package io.weir.controller.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses new candidates for the partitions of one role: enough of them, none that is gone, and preferred owners so
 * that every live node owns as many partitions as any other, give or take one. No more owners change than have to, and
 * nothing does when nothing is wrong. Racks of a partition's candidates stay apart where they can.
 *
 * <p>Pure: the same cluster gives the same plan.
 */
public final class Planner {
    /** Candidates to own a partition, at most. */
    private final int candidates;

    /** As many as there are live nodes for. */
    private final int wanted;

    private final Goals goals;
    private final Members members;
    private final List<Draft> drafts;

    private Planner(int candidates, Goals goals, Collection<Member> nodes, Collection<Slot> slots) {
        this.candidates = candidates;
        this.goals = goals;
        this.members = new Members(nodes);
        this.wanted = Math.min(candidates, members.live().size());
        this.drafts = slots.stream()
                .sorted(Comparator.comparing(Slot::topic).thenComparingInt(Slot::partition))
                .map(Draft::new)
                .toList();
        drafts.forEach(draft -> members.count(draft.order(), 1));
    }

    /**
     * The changes that are due.
     *
     * @param candidates for each partition, as far as there are live nodes
     * @param nodes of the role, also those that are away
     * @param slots all partitions that belong to nodes of the role
     */
    public static List<Move> plan(int candidates, Goals goals, Collection<Member> nodes, Collection<Slot> slots) {
        return new Planner(candidates, goals, nodes, slots).plan();
    }

    private List<Move> plan() {
        if (members.live().isEmpty()) {
            return List.of();
        }
        if (goals.candidates()) {
            drafts.stream().filter(draft -> draft.isMovable(members)).forEach(this::repair);
        }
        if (goals.leaders()) {
            new Leveller(members, drafts, goals.candidates() ? candidates : 0).level();
        }
        return drafts.stream().map(Draft::move).flatMap(Optional::stream).toList();
    }

    private boolean isWhole(Draft draft) {
        for (int id : draft.order()) {
            Presence presence = members.presence(id);
            if (presence == Presence.GONE || presence == Presence.ABSENT) {
                return false;
            }
        }
        return draft.order().size() >= wanted && !draft.slot.orphaned();
    }

    private void repair(Draft draft) {
        if (isWhole(draft)) {
            return;
        }
        List<Integer> order = new ArrayList<>(draft.order());
        Move.Kind kind = Move.Kind.GROW;
        if (order.removeIf(id -> members.presence(id) == Presence.GONE)) {
            kind = Move.Kind.REPLACE;
        }
        if (order.stream().noneMatch(members::isLive)) {
            if (!draft.slot.orphaned()) {
                return;
            }
            kind = Move.Kind.ADOPT;
            order.addFirst(spare(List.of()).orElseThrow());
            while (order.size() > candidates) {
                order.removeLast();
            }
        }
        for (Integer id : draft.order()) {
            if (members.presence(id) == Presence.ABSENT && replace(order, id)) {
                kind = kind == Move.Kind.ADOPT ? kind : Move.Kind.REPLACE;
            }
        }
        boolean found = true;
        while (order.size() < wanted && found) {
            found = spare(order).map(order::add).orElse(false);
        }
        Integer owner = draft.owner(members);
        if (members.isLive(order.getFirst()) && order.remove(Integer.valueOf(owner))) {
            order.addFirst(owner);
        }
        if (!order.equals(draft.order())) {
            members.count(draft.order(), -1);
            draft.become(order, kind);
            members.count(order, 1);
        }
    }

    private boolean replace(List<Integer> order, Integer absent) {
        Optional<Integer> spare = spare(order);
        spare.ifPresent(id -> {
            order.remove(Integer.valueOf(absent));
            order.add(id);
        });
        return spare.isPresent();
    }

    /** The live node that a partition had best get beside {@code others}: of another rack, then the least burdened. */
    private Optional<Integer> spare(Collection<Integer> others) {
        Set<Integer> taken = new HashSet<>(others);
        return members.live().stream()
                .filter(id -> !taken.contains(id))
                .min(Comparator.<Integer, Boolean>comparing(id -> !members.isNewRack(id, others))
                        .thenComparingInt(id -> others.size() == 1 ? members.seconds(id) : 0)
                        .thenComparingInt(members::candidacies)
                        .thenComparing(id -> id));
    }

    /** How many partitions each live node will own when preferred leaders have been given back. */
    public static Map<Integer, Integer> owned(Collection<Member> nodes, Collection<Slot> slots) {
        Members members = new Members(nodes);
        Map<Integer, Integer> owned = new HashMap<>();
        members.live().forEach(id -> owned.put(id, 0));
        slots.forEach(slot -> owned.computeIfPresent(new Draft(slot).owner(members), (id, count) -> count + 1));
        return owned;
    }
}
