package io.weir.controller.balance;

/** Whether a node can be counted on. */
public enum Presence {
    /** Registered for the role and unfenced: may own partitions. */
    LIVE,
    /** Fenced or shutting down, and expected back: stays a candidate. */
    AWAY,
    /** Fenced for so long that another takes its place where there is one. */
    ABSENT,
    /** Not registered, since a moment ago: perhaps it is about to register anew. KRaft lets nobody name it meanwhile. */
    MISSING,
    /** Unregistered for good, or without the role: no candidate any more. */
    GONE
}
