package io.weir.coordinator;

import io.weir.log.Partition;
import io.weir.log.PartitionStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.jspecify.annotations.Nullable;

/**
 * One leadership tenure of one partition of the offsets log, from election to resignation. What is loaded in a term
 * may be written in that term only: a coordinator that outlived its own is fenced here, before the log sees a record.
 * Any thread.
 */
final class Term {
    private final TopicPartition topicPartition;
    private final int leaderEpoch;
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile @Nullable Partition partition;
    private volatile long nextOffset;
    private volatile long loadedSizeBytes;
    private volatile boolean loadFailed;
    private boolean over;

    Term(TopicPartition topicPartition, int leaderEpoch) {
        this.topicPartition = topicPartition;
        this.leaderEpoch = leaderEpoch;
    }

    TopicPartition topicPartition() {
        return topicPartition;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** The log has been read up to {@code endOffset}; from now on it may be written. */
    void loaded(Partition log, long endOffset) {
        nextOffset = endOffset;
        loadedSizeBytes = log.sizeBytes();
        partition = log;
    }

    /** It could not be loaded; its groups are refused until it is loaded again. */
    void loadFailed() {
        loadFailed = true;
    }

    boolean isLoadFailed() {
        return loadFailed;
    }

    /** Bytes of the log when it was loaded. */
    long loadedSizeBytes() {
        return loadedSizeBytes;
    }

    /** The log, when it has been loaded and is still this term's. */
    Partition writable() {
        Partition log = partition;
        if (log == null || !isWritable()) {
            throw new NotLeaderOrFollowerException(
                    "The term of " + topicPartition + " at leader epoch " + leaderEpoch + " is over or not loaded");
        }
        return log;
    }

    /** Whether the log has been loaded and is still this term's. */
    boolean isWritable() {
        Partition log = partition;
        return log != null
                && !isOver()
                && log.leaderEpoch() == leaderEpoch
                && log.status().state() == PartitionStatus.State.WRITABLE;
    }

    /** The log, when it has been loaded. */
    @Nullable
    Partition log() {
        return partition;
    }

    /** The offset that the coordinator expects its next record to get. */
    long nextOffset() {
        return nextOffset;
    }

    void appended(long next) {
        nextOffset = next;
    }

    /** True for the first who finds the term broken. */
    boolean breakOnce() {
        return broken.compareAndSet(false, true);
    }

    /**
     * Runs {@code action} unless the term is over; {@link #end} waits for it. Under a monitor, because the runtime
     * would take a load that completes after the end for the load of the next term.
     */
    synchronized void unlessOver(Runnable action) {
        if (!over) {
            action.run();
        }
    }

    synchronized void end() {
        over = true;
    }

    synchronized boolean isOver() {
        return over;
    }

    @Override
    public String toString() {
        return topicPartition + "@" + leaderEpoch;
    }
}
