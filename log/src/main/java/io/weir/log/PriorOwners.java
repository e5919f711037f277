package io.weir.log;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/** Asks other nodes to let partitions go. Any thread; nothing blocks. */
public interface PriorOwners {
    /** What a node that was asked has to say of a partition. */
    enum Answer {
        /** All that it ever acknowledged is in segments, and it will append nothing under a lower epoch. */
        LET_GO,
        /**
         * Let go, and it owned the partition to the end under the epoch right before the new one: whatever any commit log
         * holds of it is in segments, too.
         */
        LET_GO_WHOLE,
        /** It owns the partition under this epoch or a later one: who asks knows less than it. */
        SUPERSEDED
    }

    /**
     * Asks one node.
     *
     * @param newEpochs partitions, and the epochs under which this node is to own them
     * @return what it says; a partition that is missing there was not let go. Fails when the node does not answer
     */
    CompletableFuture<Map<TopicIdPartition, Answer>> letGo(int nodeId, Map<TopicIdPartition, Integer> newEpochs);
}
