package io.weir.broker.fetch;

import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.records.BatchWalk;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.Partition;
import io.weir.log.Partition.EpochEnd;
import io.weir.log.ReadResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a fetch request: what it asks, what the latest read found, and how far its bytes are counted while
 * the request waits. One thread at a time, but for {@link #queued} and {@link #closed}.
 */
final class FetchEntry {
    private final FetchPartition asked;
    private final String topic;
    private final @Nullable Partition partition;
    private final Errors refused;

    private Errors error = Errors.NONE;
    private LeasedRecords records = LeasedRecords.EMPTY;
    private long highWatermark = FetchResponse.INVALID_HIGH_WATERMARK;
    private long lastStableOffset = FetchResponse.INVALID_LAST_STABLE_OFFSET;
    private long logStartOffset = FetchResponse.INVALID_LOG_START_OFFSET;
    private List<AbortedTransaction> abortedTransactions = List.of();
    private @Nullable EpochEnd diverging;

    private long countedTo;
    private int countedBytes;

    /** Whether the entry stands in its waiting fetch's queue of changes. */
    final AtomicBoolean queued = new AtomicBoolean();
    /** The partition left this node while the request waited. */
    volatile boolean closed;

    /** An entry for an open partition, or one that is refused from the start. */
    FetchEntry(FetchPartition asked, String topic, @Nullable Partition partition, Errors refused) {
        this.asked = asked;
        this.topic = topic;
        this.partition = partition;
        this.refused = refused;
        this.countedTo = asked.fetchOffset();
    }

    /**
     * Begins a read: forgets the last one, and finds out from the partition's own figures whether there is anything
     * to read.
     *
     * @return whether the log has to be asked
     */
    boolean open(IsolationLevel isolation) {
        release();
        error = refused;
        diverging = null;
        abortedTransactions = List.of();
        if (partition == null) {
            return false;
        }
        if (closed) {
            return fail(Errors.NOT_LEADER_OR_FOLLOWER);
        }
        Errors state = PartitionLookup.readable(partition, asked.currentLeaderEpoch());
        if (state != Errors.NONE) {
            return fail(state);
        }
        // In this order, each can only be too low against the next.
        logStartOffset = partition.logStartOffset();
        lastStableOffset = partition.lastStableOffset();
        highWatermark = partition.highWatermark();
        long offset = asked.fetchOffset();
        if (asked.lastFetchedEpoch() >= 0 && divergesAt(offset)) {
            return false;
        }
        if (offset < logStartOffset || offset > partition.logEndOffset()) {
            return fail(Errors.OFFSET_OUT_OF_RANGE);
        }
        return offset < (isolation == IsolationLevel.READ_COMMITTED ? lastStableOffset : highWatermark);
    }

    private boolean divergesAt(long offset) {
        Partition open = opened();
        EpochEnd end = open.endOffsetFor(asked.lastFetchedEpoch());
        if (end.endOffset() < 0 || end.leaderEpoch() < 0 || offset < logStartOffset) {
            fail(Errors.OFFSET_OUT_OF_RANGE);
            return true;
        }
        if (end.leaderEpoch() < asked.lastFetchedEpoch() || end.endOffset() < offset) {
            diverging = end;
            return true;
        }
        return false;
    }

    /** Takes what a read found, given {@code minOneBatch}. */
    void take(@Nullable ReadResult found, @Nullable Throwable fault, boolean minOneBatch, IsolationLevel isolation) {
        switch (found) {
            case ReadResult.Found some -> {
                records = some.records();
                highWatermark = some.highWatermark();
                lastStableOffset = some.lastStableOffset();
                logStartOffset = some.logStartOffset();
                abortedTransactions = some.abortedTransactions();
                if (records.sizeInBytes() == 0 && minOneBatch) {
                    // Nothing up to the end, though offsets were given: compaction took the last records.
                    countedTo = isolation == IsolationLevel.READ_COMMITTED ? lastStableOffset : highWatermark;
                }
            }
            case ReadResult.OutOfRange _ -> fail(Errors.OFFSET_OUT_OF_RANGE);
            case ReadResult.NotOwner _ -> fail(Errors.NOT_LEADER_OR_FOLLOWER);
            case null -> fail(fault == null ? Errors.UNKNOWN_SERVER_ERROR : KafkaErrors.of(fault));
        }
    }

    /** Answers with an error instead; false, for nothing is to be read. */
    boolean fail(Errors why) {
        error = why;
        highWatermark = FetchResponse.INVALID_HIGH_WATERMARK;
        lastStableOffset = FetchResponse.INVALID_LAST_STABLE_OFFSET;
        logStartOffset = FetchResponse.INVALID_LOG_START_OFFSET;
        return false;
    }

    /** Gives up what was read, remembering only how much it was: the request is going to wait. */
    void countAndRelease() {
        if (records.sizeInBytes() > 0) {
            countedBytes = records.sizeInBytes();
            countedTo = Math.max(countedTo, BatchWalk.of(records).nextOffset());
        }
        release();
    }

    /** Gives the lease back, if there is one. */
    void release() {
        records.release();
        records = LeasedRecords.EMPTY;
    }

    /** More to count: {@code bytes} up to {@code nextOffset}. */
    void counted(int bytes, long nextOffset) {
        countedBytes += bytes;
        countedTo = nextOffset;
    }

    /** No more of this partition fits into the answer. */
    boolean isFull() {
        return countedBytes >= maxBytes();
    }

    /** The first offset that may not be read yet at this isolation. */
    long endOffset(IsolationLevel isolation) {
        Partition open = opened();
        return isolation == IsolationLevel.READ_COMMITTED ? open.lastStableOffset() : open.highWatermark();
    }

    /** The partition's part of the answer; the lease goes with it. */
    FetchResponseData.PartitionData toData(IsolationLevel isolation) {
        FetchResponseData.PartitionData data = new FetchResponseData.PartitionData()
                .setPartitionIndex(asked.partition())
                .setErrorCode(error.code())
                .setHighWatermark(highWatermark)
                .setLastStableOffset(lastStableOffset)
                .setLogStartOffset(logStartOffset)
                .setRecords(records.sizeInBytes() == 0 ? MemoryRecords.EMPTY : records);
        if (isolation == IsolationLevel.READ_COMMITTED && error == Errors.NONE) {
            data.setAbortedTransactions(abortedTransactions);
        } else {
            data.setAbortedTransactions(null);
        }
        if (diverging != null) {
            data.setDivergingEpoch(
                    new EpochEndOffset().setEpoch(diverging.leaderEpoch()).setEndOffset(diverging.endOffset()));
        }
        return data;
    }

    Partition opened() {
        if (partition == null) {
            throw new IllegalStateException("fetch: " + topic + "-" + asked.partition() + " is not open here");
        }
        return partition;
    }

    @Nullable
    Partition partition() {
        return partition;
    }

    String topic() {
        return topic;
    }

    int index() {
        return asked.partition();
    }

    long fetchOffset() {
        return asked.fetchOffset();
    }

    int maxBytes() {
        return Math.max(0, asked.partitionMaxBytes());
    }

    Errors error() {
        return error;
    }

    boolean isDiverging() {
        return diverging != null;
    }

    LeasedRecords records() {
        return records;
    }

    long countedTo() {
        return countedTo;
    }

    int countedBytes() {
        return countedBytes;
    }
}
