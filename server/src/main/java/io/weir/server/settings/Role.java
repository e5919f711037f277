package io.weir.server.settings;

/** What a process can do: the words of the setting {@code roles}. */
public enum Role {
    /** Talks to clients. */
    PROXY,
    /** Owns partitions. */
    BROKER,
    /** Groups and offsets. */
    COORDINATOR,
    /** Metadata of the cluster. */
    CONTROLLER
}
