package io.weir.proxy.tail;

import io.weir.common.buffer.LeasedRecords;
import io.weir.proxy.routing.Faults;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** What an owner said to a fetch of one partition: an error, or data whose records are still to be taken over. */
record OwnerAnswer(Errors error, @Nullable PartitionData data) {
    /** Reads an answer. */
    static OwnerAnswer of(int partition, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        if (failure != null) {
            return new OwnerAnswer(Faults.errorOf(failure, Errors.NOT_LEADER_OR_FOLLOWER), null);
        }
        if (!(answer instanceof FetchResponseData data)) {
            return new OwnerAnswer(Errors.UNKNOWN_SERVER_ERROR, null);
        }
        PartitionData found = null;
        for (FetchableTopicResponse topic : data.responses()) {
            for (PartitionData one : topic.partitions()) {
                if (found == null && one.partitionIndex() == partition) {
                    found = one;
                } else {
                    release(one);
                }
            }
        }
        Errors error = Errors.forCode(data.errorCode() != 0 || found == null ? data.errorCode() : found.errorCode());
        if (error == Errors.NONE && found == null) {
            return new OwnerAnswer(Errors.UNKNOWN_SERVER_ERROR, null);
        }
        if (error != Errors.NONE) {
            release(found);
            return new OwnerAnswer(error, null);
        }
        return new OwnerAnswer(Errors.NONE, found);
    }

    /** Gives back what an answer holds that nobody wants. */
    void release() {
        release(data);
    }

    private static void release(@Nullable PartitionData data) {
        if (data != null && data.records() instanceof LeasedRecords leased) {
            leased.release();
        }
    }

    /** Whether it passes when the owner has moved, has opened the partition or is back: then it is asked again. */
    boolean isTransient() {
        return isTransient(error);
    }

    static boolean isTransient(Errors error) {
        return switch (error) {
            case NOT_LEADER_OR_FOLLOWER,
                    LEADER_NOT_AVAILABLE,
                    FENCED_LEADER_EPOCH,
                    UNKNOWN_LEADER_EPOCH,
                    UNKNOWN_TOPIC_OR_PARTITION,
                    UNKNOWN_TOPIC_ID,
                    KAFKA_STORAGE_ERROR,
                    REQUEST_TIMED_OUT -> true;
            default -> false;
        };
    }
}
