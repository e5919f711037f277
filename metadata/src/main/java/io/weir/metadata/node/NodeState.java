package io.weir.metadata.node;

/** Where a node stands with the controller. */
public enum NodeState {
    /** Not started. */
    NEW,
    /** Asking to be registered, perhaps ending the session of its predecessor first. */
    REGISTERING,
    /** Known to the controller under a broker epoch, given no partitions. */
    FENCED,
    /** Known and used: owns what the controller gives it. */
    ACTIVE,
    /** Known, but fenced by its own wish until it is well again. */
    SICK,
    /** About to leave: its partitions are handed on a few at a time, and it serves the others. */
    DRAINING,
    /** Handing over what it still has, all at once, before it goes. */
    LEAVING,
    /** Gone; says nothing more. */
    STOPPED
}
