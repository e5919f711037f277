package io.weir.controller;

import io.weir.metadata.node.Role;
import org.apache.kafka.common.internals.Topic;

/**
 * Which role owns a topic's partitions. KRaft's placer is not told the topic, only how many replicas are asked for;
 * as that number is mere advice here, the API layer uses it to say the role.
 */
public enum Placement {
    /** Topics of users. */
    USER((short) 3, Role.BROKER),
    /** Topics in which coordinators keep their state. */
    COORDINATOR(Short.MAX_VALUE, Role.COORDINATOR);

    /** Candidates to own a partition, at most. */
    public static final int CANDIDATES = 3;

    private final short code;
    private final Role role;

    Placement(short code, Role role) {
        this.code = code;
        this.role = role;
    }

    short code() {
        return code;
    }

    /** Whose nodes may own the partitions. */
    public Role role() {
        return role;
    }

    /** Of a topic, by its name. */
    public static Placement of(String topic) {
        return Topic.isInternal(topic) || topic.startsWith("__weir_") ? COORDINATOR : USER;
    }

    static Placement ofCode(short code) {
        return code == COORDINATOR.code ? COORDINATOR : USER;
    }
}
