package io.weir.storage.fault;

/** Decides operation by operation what goes wrong. Called under the store's monitor, in the order of operations. */
@FunctionalInterface
public interface FaultPlan {
    /** What goes wrong with this operation on {@code path}. */
    Fault next(Operation operation, String path);

    /** Nothing ever goes wrong. */
    static FaultPlan none() {
        return (operation, path) -> Fault.NONE;
    }
}
