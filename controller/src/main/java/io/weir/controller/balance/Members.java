package io.weir.controller.balance;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes of one role and how much of a plan lies on each. One thread. */
final class Members {
    private final Map<Integer, Member> byId = new HashMap<>();
    private final List<Integer> live;
    private final Map<Integer, Integer> candidacies = new HashMap<>();
    private final Map<Integer, Integer> seconds = new HashMap<>();

    Members(Collection<Member> members) {
        members.forEach(member -> byId.put(member.id(), member));
        this.live = members.stream()
                .filter(member -> member.presence() == Presence.LIVE)
                .map(Member::id)
                .sorted()
                .toList();
    }

    /** By ascending id. */
    List<Integer> live() {
        return live;
    }

    /** A node that nobody has heard of yet may be about to come. */
    Presence presence(int id) {
        Member member = byId.get(id);
        return member == null ? Presence.MISSING : member.presence();
    }

    boolean isLive(int id) {
        return presence(id) == Presence.LIVE;
    }

    /** Nodes without a rack are in one together. */
    private String rack(int id) {
        Member member = byId.get(id);
        return member == null ? "" : member.rack().orElse("");
    }

    int racks(Collection<Integer> nodes) {
        Set<String> racks = new HashSet<>();
        nodes.forEach(id -> racks.add(rack(id)));
        return racks.size();
    }

    boolean isNewRack(int id, Collection<Integer> others) {
        return others.stream().noneMatch(other -> rack(other).equals(rack(id)));
    }

    /** Partitions that the node may own. */
    int candidacies(int id) {
        return candidacies.getOrDefault(id, 0);
    }

    /** Partitions that the node owns when the preferred owner is away. */
    int seconds(int id) {
        return seconds.getOrDefault(id, 0);
    }

    void count(List<Integer> order, int change) {
        order.forEach(id -> candidacies.merge(id, change, Integer::sum));
        if (order.size() > 1) {
            seconds.merge(order.get(1), change, Integer::sum);
        }
    }
}
