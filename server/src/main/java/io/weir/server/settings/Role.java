package io.weir.server.settings;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process can do: the words of the setting {@code roles}. */
public enum Role {
    /** Talks to clients. */
    PROXY,
    /** Owns partitions. */
    BROKER,
    /** Groups and offsets. */
    COORDINATOR,
    /** Metadata of the cluster. */
    CONTROLLER;

    /** Every role. */
    public static Set<Role> all() {
        return EnumSet.allOf(Role.class);
    }

    /** As the setting has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As the setting has them, in order. */
    public static String words(Set<Role> roles) {
        return roles.stream().sorted().map(Role::word).collect(Collectors.joining(","));
    }
}
