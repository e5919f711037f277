package io.weir.log;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.storage.internals.log.LogConfig;

/** The partitions that this node owns. Any thread; nothing here blocks. */
public interface Partitions {
    /** The partition, in whatever state, when this node is its owner. */
    Optional<Partition> find(TopicPartition partition);

    /** All of them, a snapshot. */
    Collection<Partition> all();

    /**
     * Takes ownership under {@code leaderEpoch}: fences earlier owners, recovers, becomes writable. Asking again
     * with a higher epoch re-opens; with the same or a lower one it changes nothing.
     *
     * @param config the topic's settings as of now; {@link Partition#configure} changes them
     * @return done when the partition is writable; fails when it could not be recovered
     */
    CompletableFuture<Partition> own(
            TopicIdPartition id, int leaderEpoch, LogConfig config, TopicDurability durability);

    /** Gives it up: appends that wait fail with NOT_LEADER_OR_FOLLOWER, listeners are told, memory is freed. */
    CompletableFuture<Void> resign(TopicIdPartition id, int newLeaderEpoch);

    /**
     * Gives it up for another node, which asks because it is to own it under {@code newLeaderEpoch}; this node need not
     * have heard of that.
     *
     * @return done when everything of it is in segments and this node will append nothing to it under a lower epoch:
     *     with the epoch under which it was owned and open here until now, when it was, and then the segments hold all
     *     that any node had before, too. Fails with FencedLeaderEpochException when this node owns it under that epoch
     *     or a later one
     */
    CompletableFuture<OptionalInt> release(TopicIdPartition id, int newLeaderEpoch);

    /** Gives it up and removes its data, in the background. */
    CompletableFuture<Void> delete(TopicIdPartition id);
}
