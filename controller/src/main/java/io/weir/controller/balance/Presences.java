package io.weir.controller.balance;

import io.weir.metadata.node.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Since when each node is as it is. Only images are believed, and time counts from when this controller saw them first:
 * one that has just become active is patient. One thread.
 */
final class Presences {
    /** Times the time to settle after which nobody waits for it any longer. */
    private static final int RESTLESS = 10;

    private final BalanceConfig config;
    private final Map<Integer, Since> known = new HashMap<>();
    private long changedNanos;
    private long unsettledNanos;

    private enum Standing {
        LIVE,
        FENCED,
        UNREGISTERED
    }

    private record Since(Standing standing, long nanos) {}

    Presences(BalanceConfig config, long nowNanos) {
        this.config = config;
        this.changedNanos = nowNanos;
        this.unsettledNanos = nowNanos;
    }

    /**
     * Takes the nodes of an image, and those that its partitions name.
     *
     * @param leaving nodes that are about to leave: as good as away
     */
    void see(ClusterImage cluster, Set<Integer> named, Set<Integer> leaving, long nowNanos) {
        Set<Integer> all = new HashSet<>(named);
        all.addAll(cluster.brokers().keySet());
        known.keySet().retainAll(all);
        for (int id : all) {
            Standing now = standing(cluster.broker(id), leaving);
            Since before = known.get(id);
            if (before == null || before.standing != now) {
                known.put(id, new Since(now, nowNanos));
                if (now == Standing.LIVE || (before != null && before.standing == Standing.LIVE)) {
                    if (isSettled(nowNanos)) {
                        unsettledNanos = nowNanos;
                    }
                    changedNanos = nowNanos;
                }
            }
        }
    }

    /** Whether no node has come or gone for a while, or they never cease to. */
    boolean isSettled(long nowNanos) {
        long settle = config.settle().toNanos();
        return nowNanos - changedNanos >= settle || nowNanos - unsettledNanos >= RESTLESS * settle;
    }

    /** All nodes, as those who look for the role see them. */
    List<Member> members(ClusterImage cluster, Role role, long nowNanos) {
        List<Member> members = new ArrayList<>();
        known.forEach((id, since) -> {
            BrokerRegistration node = cluster.broker(id);
            Duration lasting = Duration.ofNanos(nowNanos - since.nanos);
            if (node == null) {
                boolean gone = lasting.compareTo(config.goneAfter()) >= 0;
                members.add(new Member(id, Optional.empty(), gone ? Presence.GONE : Presence.MISSING));
            } else if (!Role.of(node).contains(role)) {
                members.add(new Member(id, node.rack(), Presence.GONE));
            } else if (since.standing == Standing.LIVE) {
                members.add(new Member(id, node.rack(), Presence.LIVE));
            } else {
                boolean absent = lasting.compareTo(config.absentAfter()) >= 0;
                members.add(new Member(id, node.rack(), absent ? Presence.ABSENT : Presence.AWAY));
            }
        });
        return members;
    }

    /** Those that are not registered and will not be, as far as time tells. */
    Set<Integer> unregisteredForGood(ClusterImage cluster, long nowNanos) {
        Set<Integer> gone = new HashSet<>();
        known.forEach((id, since) -> {
            if (cluster.broker(id) == null
                    && nowNanos - since.nanos >= config.goneAfter().toNanos()) {
                gone.add(id);
            }
        });
        return gone;
    }

    private static Standing standing(@Nullable BrokerRegistration node, Set<Integer> leaving) {
        if (node == null) {
            return Standing.UNREGISTERED;
        }
        return node.fenced() || node.inControlledShutdown() || leaving.contains(node.id())
                ? Standing.FENCED
                : Standing.LIVE;
    }
}
