package io.weir.proxy.produce;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.client.RequestNotSentException;
import io.weir.proxy.routing.Faults;
import io.weir.proxy.routing.Owners;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Whether records that were not taken are sent again without the client's knowing. Only where that cannot do what the
 * client would not do itself: records of which nobody knows whether they were appended go again only when the log
 * recognizes them, that is, those of idempotent producers. Pure.
 */
final class Verdict {
    private final int ownNodeId;

    Verdict(int ownNodeId) {
        this.ownNodeId = ownNodeId;
    }

    /**
     * @param error what the client would be told
     * @param failure when there is no answer at all
     * @param owned as of now; null when the partition is gone
     */
    boolean isSentAgain(Held held, Errors error, @Nullable Throwable failure, @Nullable PartitionRegistration owned) {
        if (owned == null || !Owners.mayMove(owned, ownNodeId)) {
            return false;
        }
        if (failure != null && isOutcomeUnknown(Faults.unwrap(failure))) {
            return held.isIdempotent();
        }
        return switch (error) {
            // An owner that does not know the topic is behind: this node knows it.
            case NOT_LEADER_OR_FOLLOWER,
                    LEADER_NOT_AVAILABLE,
                    NOT_ENOUGH_REPLICAS,
                    UNKNOWN_TOPIC_OR_PARTITION,
                    UNKNOWN_TOPIC_ID -> true;
            case KAFKA_STORAGE_ERROR -> held.isIdempotent();
            // What was sent before it was refused, and will come before it the next time.
            case OUT_OF_ORDER_SEQUENCE_NUMBER ->
                held.isIdempotent() && held.lane().isBehindOthers(held);
            default -> false;
        };
    }

    private static boolean isOutcomeUnknown(Throwable failure) {
        return failure instanceof WeirException fault
                ? fault.kind() != FaultKind.INVALID
                : Faults.isAway(failure) && !(failure instanceof RequestNotSentException);
    }
}
