package io.weir.log;

import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * One partition's log on its owner. Any thread may call; nothing here blocks on input or output.
 *
 * <p>Offsets: {@code logStart <= lastStable <= highWatermark <= logEnd}. Records below the high watermark are
 * durable, indexed and readable; records between it and the log end wait for their commit.
 */
public interface Partition {
    /** Topic id, name and partition number. */
    TopicIdPartition id();

    /** The epoch under which this node owns it: the fencing token. */
    int leaderEpoch();

    /** Where it stands, why and since when. */
    PartitionStatus status();

    /** The topic's settings in force. */
    LogConfig config();

    /** New settings, in force for the next append and the next retention run. */
    void configure(LogConfig config, TopicDurability durability);

    /** First offset that may be read. */
    long logStartOffset();

    /** First offset that may not be read yet. */
    long highWatermark();

    /** The offset that the next record gets. */
    long logEndOffset();

    /** First offset that belongs to an open transaction, or the high watermark. */
    long lastStableOffset();

    /** Bytes between log start and log end, in segments and not yet. */
    long sizeBytes();

    /**
     * Validates, assigns offsets and hands the records to the commit log. Returns before they are durable.
     *
     * <p>While the log cannot take more (tail cache full, commit queue full, still recovering) the append waits in
     * a bounded queue and the result's future completes when offsets are assigned; the caller's connection is
     * what feels the pressure.
     *
     * @param records one v2 batch (several when {@code origin} is not CLIENT), or older formats to be converted; the bytes are taken over and
     *     changed in place (offset, epoch)
     * @param owner keeps the bytes alive; retained by the log as long as it needs them
     * @param listener told once, on any thread, when the records are acknowledged as the topic's durability asks
     * @return offsets; fails with Kafka's own {@code ApiException}s: CorruptRecord, InvalidTimestamp,
     *     RecordTooLarge, RecordBatchTooLarge, OutOfOrderSequence, InvalidProducerEpoch, NotLeaderOrFollower,
     *     KafkaStorage, {@code RecordValidationException}. Failed means that nothing was appended and the listener
     *     will not be called
     */
    CompletableFuture<Appended> append(
            MemoryRecords records,
            ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener);

    /**
     * As {@link #append} for callers that must have the offset at once (a coordinator's event thread).
     *
     * @throws org.apache.kafka.common.errors.NotLeaderOrFollowerException when not writable
     * @throws org.apache.kafka.common.errors.NotEnoughReplicasException when the log can take no more just now
     */
    Appended appendNow(MemoryRecords records, AppendOrigin origin, short transactionVersion, AppendListener listener);

    /**
     * Reads whole batches from the one that holds {@code offset} on, from memory when they are there, else from the
     * store on a virtual thread.
     *
     * @param maxBytes upper bound, except that the first batch is returned whole when {@code minOneBatch}
     * @return never fails for an offset out of range: that is a {@link ReadResult.OutOfRange}; fails with
     *     {@code WeirException} CORRUPT or UNAVAILABLE when the store does
     */
    CompletableFuture<ReadResult> read(long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation);

    /** First record with a timestamp of at least {@code timestampMs} that is readable, with its leader epoch. */
    CompletableFuture<Optional<TimestampAndOffset>> findByTimestamp(long timestampMs, IsolationLevel isolation);

    /** The readable record with the largest timestamp. */
    CompletableFuture<Optional<TimestampAndOffset>> findMaxTimestamp();

    /** The largest epoch not above {@code leaderEpoch} that has records here, and the offset where it ended. */
    EpochEnd endOffsetFor(int leaderEpoch);

    /** The epoch of the record before the log end, or of the owner when there is none. */
    int latestEpoch();

    /** The epoch that the record at {@code offset} has or would have, for ListOffsets answers. */
    int epochAt(long offset);

    /**
     * Moves the log start forward, durably; deletes whole segments later. {@code -1} means the high watermark.
     *
     * @return the new log start; fails with OffsetOutOfRangeException beyond the high watermark
     */
    CompletableFuture<Long> deleteRecordsBefore(long offset);

    /** Idempotent producers that are remembered, in the form of DescribeProducers. */
    List<ProducerState> activeProducers();

    /** From now on told of every rise of the high watermark, until {@link #unwatch} or the end of ownership. */
    void watch(Watcher watcher);

    /** No further calls, but for one that is under way. */
    void unwatch(Watcher watcher);

    /** Offsets that an append was given. A repeated batch gets the offsets of the first one and is not appended. */
    record Appended(long firstOffset, long nextOffset, long logAppendTimeMs, long logStartOffset, boolean duplicate) {}

    /** An epoch and the first offset behind its records; both -1 when unknown. */
    record EpochEnd(int leaderEpoch, long endOffset) {}

    /** Told how an accepted append ended. Any thread, must not block. */
    interface AppendListener {
        /** The records are acknowledged as the topic's durability asks. */
        void acknowledged();

        /** They may or may not survive; the exception is one of Kafka's, retriable where a retry is right. */
        void failed(Exception cause);
    }

    /** Told of progress. Any thread, must not block, must not call back into {@link #append}. */
    interface Watcher {
        /** Everything below {@code highWatermark} is durable and readable. */
        void onHighWatermark(Partition partition, long highWatermark);

        /** This node no longer owns the partition; no call follows. */
        void onClosed(Partition partition);
    }
}
