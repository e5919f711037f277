package io.weir.metadata.node;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.metadata.BrokerRegistration;

/** What a node does, told to the controller as a made-up feature at registration, so that placement knows. */
public enum Role {
    /** Talks to clients; is given no partitions for being one. */
    PROXY,
    /** Owns partitions of user topics. */
    BROKER,
    /** Owns partitions of the coordinators' topics. */
    COORDINATOR,
    /** Votes in the metadata quorum. */
    CONTROLLER;

    /** Name of the feature: {@code weir.role.broker} and so on, 0..1. */
    public String feature() {
        return "weir.role." + name().toLowerCase(Locale.ROOT);
    }

    /** Roles of a node. One that names none has them all: it is not one of ours, but nothing is known against it. */
    public static Set<Role> of(BrokerRegistration node) {
        EnumSet<Role> named = EnumSet.noneOf(Role.class);
        Arrays.stream(values())
                .filter(role -> node.supportedFeatures().containsKey(role.feature()))
                .forEach(named::add);
        return named.isEmpty() ? EnumSet.allOf(Role.class) : named;
    }
}
