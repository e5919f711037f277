package io.weir.metadata.node;

import java.util.Locale;

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
}
