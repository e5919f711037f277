package io.weir.controller.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evens out how many partitions each live node owns. What the fullest nodes have above their share goes to those below
 * theirs: first by another order of the same candidates, and where the taker is none of them, by making it one. Of each
 * topic about the same part goes, so that topics stay spread, too. One thread, one use.
 */
final class Leveller {
    private final Members members;
    private final List<Draft> drafts;
    /** Candidates a partition may have when a new one comes in; zero: none comes in. */
    private final int wanted;

    private final Map<Integer, Integer> surplus = new HashMap<>();
    private final Map<Integer, Integer> room = new HashMap<>();
    private final Map<TopicOwner, Integer> ofTopic = new HashMap<>();

    private record TopicOwner(String topic, int node) {}

    private record Ranked(Draft draft, int owner, double rank) {}

    Leveller(Members members, List<Draft> drafts, int wanted) {
        this.members = members;
        this.drafts = drafts;
        this.wanted = wanted;
    }

    void level() {
        Map<Integer, List<Draft>> owned = new HashMap<>();
        members.live().forEach(id -> owned.put(id, new ArrayList<>()));
        for (Draft draft : drafts) {
            int owner = draft.owner(members);
            if (owner >= 0) {
                owned.getOrDefault(owner, new ArrayList<>()).add(draft);
                ofTopic.merge(new TopicOwner(draft.slot.topic(), owner), 1, Integer::sum);
            }
        }
        share(owned);
        if (surplus.isEmpty()) {
            return;
        }
        List<Ranked> givers = ranked(owned);
        givers.forEach(giver -> give(giver, false));
        if (wanted > 0) {
            givers.forEach(giver -> give(giver, true));
        }
    }

    /** The fullest nodes get the larger shares, so that the fewest partitions move. */
    private void share(Map<Integer, List<Draft>> owned) {
        int total = owned.values().stream().mapToInt(List::size).sum();
        int small = total / owned.size();
        int larger = total % owned.size();
        List<Integer> fullestFirst = members.live().stream()
                .sorted(Comparator.<Integer>comparingInt(id -> -size(owned, id)).thenComparing(id -> id))
                .toList();
        for (int i = 0; i < fullestFirst.size(); i++) {
            int id = fullestFirst.get(i);
            int over = size(owned, id) - small - (i < larger ? 1 : 0);
            if (over > 0) {
                surplus.put(id, over);
            } else if (over < 0) {
                room.put(id, -over);
            }
        }
    }

    private static int size(Map<Integer, List<Draft>> owned, int id) {
        return owned.getOrDefault(id, List.of()).size();
    }

    /** The partitions of the fullest in the order in which they go: each topic's evenly over the whole. */
    private List<Ranked> ranked(Map<Integer, List<Draft>> owned) {
        List<Ranked> ranked = new ArrayList<>();
        for (int owner : surplus.keySet()) {
            Map<String, Integer> seen = new HashMap<>();
            for (Draft draft : owned.getOrDefault(owner, List.of())) {
                String topic = draft.slot.topic();
                int place = seen.merge(topic, 1, Integer::sum);
                if (draft.isMovable(members)) {
                    ranked.add(new Ranked(draft, owner, (place - 0.5) / countOf(topic, owner)));
                }
            }
        }
        ranked.sort(Comparator.comparingDouble(Ranked::rank)
                .thenComparing(giver -> giver.draft.slot.topic())
                .thenComparing(giver -> giver.draft.slot.partition()));
        return ranked;
    }

    private int countOf(String topic, int node) {
        return ofTopic.getOrDefault(new TopicOwner(topic, node), 0);
    }

    private void give(Ranked giver, boolean toStrangers) {
        Draft draft = giver.draft;
        if (!surplus.containsKey(giver.owner) || draft.owner(members) != giver.owner) {
            return;
        }
        String topic = draft.slot.topic();
        Optional<Integer> taker = room.keySet().stream()
                .filter(id -> toStrangers || draft.order().contains(id))
                .min(Comparator.<Integer>comparingInt(
                                id -> toStrangers ? -members.racks(led(draft, id, giver.owner)) : 0)
                        .thenComparing(id -> countOf(topic, id))
                        .thenComparing(id -> -room.getOrDefault(id, 0))
                        .thenComparing(id -> id));
        taker.ifPresent(id -> {
            members.count(draft.order(), -1);
            draft.become(secondBest(led(draft, id, giver.owner)), Move.Kind.LEVEL);
            members.count(draft.order(), 1);
            ofTopic.merge(new TopicOwner(topic, giver.owner), -1, Integer::sum);
            ofTopic.merge(new TopicOwner(topic, id), 1, Integer::sum);
            take(surplus, giver.owner);
            take(room, id);
        });
    }

    private static void take(Map<Integer, Integer> from, int id) {
        from.computeIfPresent(id, (key, left) -> left > 1 ? left - 1 : null);
    }

    /**
     * The candidates led by {@code taker}. A stranger comes in the place of one who stands in a rack beside others, else
     * of the present owner: then the leadership changes once, with the set.
     */
    private List<Integer> led(Draft draft, int taker, int owner) {
        List<Integer> next = draft.ledBy(taker);
        if (draft.order().contains(taker) || next.size() <= wanted) {
            return next;
        }
        Integer leaver = next.stream()
                .skip(1)
                .filter(id -> members.presence(id) != Presence.AWAY)
                .min(Comparator.<Integer>comparingInt(id -> -members.racks(
                                next.stream().filter(other -> !other.equals(id)).toList()))
                        .thenComparing(id -> id != owner)
                        .thenComparing(id -> -members.candidacies(id))
                        .thenComparing(id -> id))
                .orElseThrow();
        next.remove(leaver);
        return next;
    }

    /** Behind the first comes the one who stands behind the fewest. */
    private List<Integer> secondBest(List<Integer> order) {
        List<Integer> next = new ArrayList<>(order);
        order.stream()
                .skip(1)
                .filter(members::isLive)
                .min(Comparator.<Integer>comparingInt(members::seconds))
                .ifPresent(second -> {
                    next.remove(second);
                    next.add(1, second);
                });
        return next;
    }
}
