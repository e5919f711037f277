package io.weir.log;

/**
 * Where a partition stands.
 *
 * @param reason what led here, for people
 * @param sinceMs when, milliseconds of the epoch
 */
public record PartitionStatus(State state, String reason, long sinceMs) {
    /** DESIGN 4.5: {@code Assigned -> Recovering -> Writable -> (Closing | Fenced | Failed)}. */
    public enum State {
        /** Named owner by the controller, nothing done yet. */
        ASSIGNED,
        /** Taking the write right and replaying the commit log beyond the last segment. */
        RECOVERING,
        /** Takes appends and reads. */
        WRITABLE,
        /** Given up on purpose. */
        CLOSING,
        /** Another owner has a higher epoch. */
        FENCED,
        /** Could not be recovered or broke an invariant; an operator looks at the reason. */
        FAILED
    }
}
