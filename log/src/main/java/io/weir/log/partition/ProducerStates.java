package io.weir.log.partition;

import io.weir.log.segment.AbortedTransactionEntry;
import io.weir.log.segment.ProducerSnapshotEntry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.CompletedTxn;
import org.apache.kafka.storage.internals.log.LogOffsetMetadata;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a partition remembers of its idempotent and transactional producers: Kafka's own {@link ProducerStateManager},
 * made when the first of them comes, so that an idle partition has none. Never touches a disk: state is saved in
 * segment footers and rebuilt from the commit log. Guarded by the partition's monitor.
 */
final class ProducerStates {
    // A directory that is never made: the manager looks there for snapshots and finds none.
    private static final File NOWHERE = new File("/nonexistent/weir-producer-state");

    private static final short TRANSACTION_VERSION_UNKNOWN = -1;

    private final TopicPartition partition;
    private final ProducerStateManagerConfig config;
    private final int maxTransactionTimeoutMs;
    private final Time time;
    private @Nullable ProducerStateManager manager;

    ProducerStates(
            TopicPartition partition, ProducerStateManagerConfig config, int maxTransactionTimeoutMs, Time time) {
        this.partition = partition;
        this.config = config;
        this.maxTransactionTimeoutMs = maxTransactionTimeoutMs;
        this.time = time;
    }

    private ProducerStateManager manager() {
        if (manager == null) {
            try {
                manager = new ProducerStateManager(partition, NOWHERE, maxTransactionTimeoutMs, config, time);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return manager;
    }

    /** The same batch, when it is one of the last five of its producer; else null. */
    @Nullable
    BatchMetadata duplicateOf(RecordBatch batch) {
        if (manager == null || !batch.hasProducerId()) {
            return null;
        }
        ProducerStateEntry entry = manager.lastEntry(batch.producerId()).orElse(null);
        if (entry == null || entry.producerEpoch() != batch.producerEpoch()) {
            return null;
        }
        int first = batch.baseSequence();
        int last = batch.lastSequence();
        for (BatchMetadata known : entry.batchMetadata()) {
            if (known.firstSeq() == first && known.lastSeq() == last) {
                return known;
            }
        }
        return null;
    }

    /**
     * Checks the batch against its producer's state without changing it.
     *
     * @param batch with its final offsets
     * @return null when it has no producer
     * @throws org.apache.kafka.common.errors.ApiException OutOfOrderSequence, InvalidProducerEpoch, ...
     */
    @Nullable
    Prepared prepare(RecordBatch batch, AppendOrigin origin, short transactionVersion) {
        if (!batch.hasProducerId()) {
            return null;
        }
        ProducerAppendInfo info = manager().prepareUpdate(batch.producerId(), origin);
        Optional<LogOffsetMetadata> first =
                batch.isTransactional() ? Optional.of(new LogOffsetMetadata(batch.baseOffset())) : Optional.empty();
        return new Prepared(info, info.append(batch, first, transactionVersion));
    }

    /** A change that has been checked. */
    record Prepared(ProducerAppendInfo info, Optional<CompletedTxn> completed) {}

    /** Applies what {@link #prepare} found right. @return the aborted transaction that the batch ended, if it did */
    Optional<AbortedTransactionEntry> apply(Prepared prepared) {
        manager().update(prepared.info);
        Optional<AbortedTransactionEntry> aborted = Optional.empty();
        if (prepared.completed.isPresent()) {
            CompletedTxn done = prepared.completed.get();
            if (done.isAborted()) {
                aborted = Optional.of(new AbortedTransactionEntry(
                        done.producerId(),
                        done.firstOffset(),
                        done.lastOffset(),
                        manager().lastStableOffset(done)));
            }
            manager().completeTxn(done);
        }
        return aborted;
    }

    /** Rebuilds from a batch that is in the log already. */
    Optional<AbortedTransactionEntry> replay(RecordBatch batch) {
        Prepared prepared = prepare(batch, AppendOrigin.REPLICATION, TRANSACTION_VERSION_UNKNOWN);
        return prepared == null ? Optional.empty() : apply(prepared);
    }

    void highWatermark(long offset) {
        if (manager != null) {
            manager.onHighWatermarkUpdated(offset);
        }
    }

    /** First offset of an open transaction or of one whose end is not durable. */
    OptionalLong firstUnstableOffset() {
        if (manager == null) {
            return OptionalLong.empty();
        }
        return manager.firstUnstableOffset()
                .map(found -> OptionalLong.of(found.messageOffset))
                .orElseGet(OptionalLong::empty);
    }

    void expire(long nowMs) {
        if (manager != null) {
            manager.removeExpiredProducers(nowMs);
            if (manager.isEmpty() && manager.firstUnstableOffset().isEmpty()) {
                manager = null;
            }
        }
    }

    /** Copies, for a segment's footer. */
    List<ProducerSnapshotEntry> snapshot() {
        List<ProducerSnapshotEntry> copies = new ArrayList<>();
        if (manager != null) {
            for (ProducerStateEntry entry : manager.activeProducers().values()) {
                copies.add(ProducerSnapshotEntry.of(entry, entry.batchMetadata()));
            }
        }
        return copies;
    }

    /** From a segment's footer. */
    void restore(ProducerSnapshotEntry saved) {
        ProducerStateEntry entry = saved.entryWithoutBatches();
        manager().loadProducerEntry(entry);
        ProducerAppendInfo info = manager().prepareUpdate(entry.producerId(), AppendOrigin.REPLICATION);
        for (BatchMetadata batch : saved.batches()) {
            info.appendDataBatch(
                    entry.producerEpoch(),
                    batch.firstSeq(),
                    batch.lastSeq(),
                    batch.timestamp(),
                    new LogOffsetMetadata(batch.firstOffset()),
                    batch.lastOffset(),
                    entry.currentTxnFirstOffset().isPresent());
        }
        manager().update(info);
    }

    List<ProducerState> describe() {
        List<ProducerState> states = new ArrayList<>();
        if (manager != null) {
            manager.activeProducers()
                    .forEach((id, entry) -> states.add(new ProducerState()
                            .setProducerId(id)
                            .setProducerEpoch(entry.producerEpoch())
                            .setLastSequence(lastSequence(entry))
                            .setLastTimestamp(entry.lastTimestamp())
                            .setCoordinatorEpoch(entry.coordinatorEpoch())
                            .setCurrentTxnStartOffset(
                                    entry.currentTxnFirstOffset().orElse(-1L))));
        }
        return states;
    }

    private static int lastSequence(ProducerStateEntry entry) {
        int last = RecordBatch.NO_SEQUENCE;
        for (BatchMetadata batch : entry.batchMetadata()) {
            last = batch.lastSeq();
        }
        return last;
    }
}
