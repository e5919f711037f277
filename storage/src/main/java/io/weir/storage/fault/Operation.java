package io.weir.storage.fault;

/** What a store is asked to do, as far as it can go wrong. */
public enum Operation {
    /** {@link io.weir.storage.Store#create}. */
    CREATE,
    /** {@link io.weir.storage.AppendFile#append}. */
    APPEND,
    /** {@link io.weir.storage.AppendFile#flush}. */
    FLUSH,
    /** {@link io.weir.storage.AppendFile#seal}. */
    SEAL,
    /** {@link io.weir.storage.Store#open}. */
    OPEN,
    /** {@link io.weir.storage.ReadFile#readFully}. */
    READ,
    /** {@link io.weir.storage.Store#list}. */
    LIST,
    /** {@link io.weir.storage.Store#delete}. */
    DELETE,
    /** {@link io.weir.storage.Store#fence}. */
    FENCE;

    /** Whether it changes the store, so that a read-only one refuses it. */
    public boolean writes() {
        return switch (this) {
            case CREATE, APPEND, FLUSH, SEAL, DELETE, FENCE -> true;
            case OPEN, READ, LIST -> false;
        };
    }
}
