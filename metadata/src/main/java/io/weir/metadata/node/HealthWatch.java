package io.weir.metadata.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * Decides whether this node had better step aside because it is not well. Time is counted in heartbeats. One thread.
 *
 * <p>What ails a node may ail them all, though it should not have been reported then. So nodes step aside one after
 * the other, in the order of their ids and with time between them to see each other do it; never more than a third of
 * those that have a role, and never the last one that serves it. Should two have stepped aside in the same moment though
 * there was room for one, the one with the higher id returns.
 */
final class HealthWatch {
    /** Heartbeats between two nodes that fall ill at once: images travel faster. */
    private static final int APART = 3;

    private final int nodeId;
    private final Set<Role> roles;
    private final Supplier<Optional<String>> trouble;
    private final int troubleBeats;
    private final int wellBeats;
    private Set<Integer> away = Set.of();
    private int sick;
    private int well;
    private int waited;
    private boolean aside;
    private String reason = "";

    /** A watch that finds nothing. */
    static HealthWatch none(RegistrationConfig registration) {
        return new HealthWatch(registration, HealthConfig.defaults(), Optional::empty);
    }

    /** @param trouble of this node's own, not of anything that it shares with others; empty while it is well */
    HealthWatch(RegistrationConfig registration, HealthConfig config, Supplier<Optional<String>> trouble) {
        this.nodeId = registration.nodeId();
        this.roles = registration.roles();
        this.trouble = trouble;
        this.troubleBeats = beats(config.trouble(), registration.heartbeatInterval());
        this.wellBeats = beats(config.well(), registration.heartbeatInterval());
    }

    private static int beats(Duration time, Duration interval) {
        return (int) Math.max(1, time.dividedBy(interval));
    }

    /** Once a heartbeat: whether this node should stand aside until the next. */
    boolean standsAside(MetadataImage image) {
        Optional<String> now = trouble.get();
        if (now.isPresent()) {
            reason = now.get();
            sick++;
            well = 0;
        } else {
            sick = 0;
            well++;
        }
        boolean turn = isItsTurn(image);
        if (!aside) {
            aside = turn && canBeSpared(image, false);
        } else if (well >= wellBeats || !isReplaced(image) || !canBeSpared(image, true)) {
            aside = false;
        }
        return aside;
    }

    /** Why, for people. */
    String reason() {
        return reason;
    }

    /** Sick for long enough, and nobody before it in the order has made use of its turn since others last changed. */
    private boolean isItsTurn(MetadataImage image) {
        Set<Integer> before = away;
        away = image.cluster().brokers().values().stream()
                .filter(BrokerRegistration::fenced)
                .map(BrokerRegistration::id)
                .collect(Collectors.toSet());
        waited = sick > troubleBeats && away.equals(before) ? waited + 1 : 0;
        return sick >= troubleBeats && waited >= APART * rank(image);
    }

    /** @param already whether the node stands aside: then only those before it take its place */
    private boolean canBeSpared(MetadataImage image, boolean already) {
        for (Role role : roles) {
            List<BrokerRegistration> others = others(image, role);
            long fenced = others.stream()
                    .filter(node -> node.fenced() && (!already || node.id() < nodeId))
                    .count();
            boolean tooMany = fenced + 1 > Math.max(1, (others.size() + 1) / 3);
            if (role != Role.CONTROLLER && (tooMany || fenced == others.size())) {
                return false;
            }
        }
        return true;
    }

    private boolean isReplaced(MetadataImage image) {
        return roles.stream()
                .filter(role -> role != Role.CONTROLLER)
                .allMatch(role -> others(image, role).stream().anyMatch(node -> !node.fenced()));
    }

    private List<BrokerRegistration> others(MetadataImage image, Role role) {
        return image.cluster().brokers().values().stream()
                .filter(node -> node.id() != nodeId && Role.of(node).contains(role))
                .toList();
    }

    private int rank(MetadataImage image) {
        return (int) image.cluster().brokers().values().stream()
                .filter(node -> node.id() < nodeId && !node.fenced())
                .count();
    }
}
