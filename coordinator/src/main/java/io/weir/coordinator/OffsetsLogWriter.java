package io.weir.coordinator;

import io.weir.log.Partition;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's way into the offsets log. Appends get their offsets at once, on the runtime's event thread, and are
 * acknowledged to it later by the high watermark. A listener lives as long as the term in which it was registered.
 * One copy an append: the runtime uses its buffer again as soon as the append returns.
 */
final class OffsetsLogWriter implements PartitionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetsLogWriter.class);

    private final Terms terms;
    private final TermEvents events;
    private final Map<Listener, Watch> watches = new ConcurrentHashMap<>();

    OffsetsLogWriter(Terms terms, TermEvents events) {
        this.terms = terms;
        this.events = events;
    }

    @Override
    public void registerListener(TopicPartition tp, Listener listener) {
        Term term = term(tp);
        Partition log = term.writable();
        Watch watch = new Watch(term, log, listener);
        watches.put(listener, watch);
        log.watch(watch);
    }

    @Override
    public void deregisterListener(TopicPartition tp, Listener listener) {
        Watch watch = watches.remove(listener);
        if (watch != null) {
            watch.retire();
        }
    }

    @Override
    public LogConfig config(TopicPartition tp) {
        return term(tp).writable().config();
    }

    @Override
    public long append(
            TopicPartition tp, VerificationGuard verificationGuard, MemoryRecords records, short transactionVersion) {
        Term term = term(tp);
        Partition log = term.writable();
        if (log.logEndOffset() != term.nextOffset()) {
            Exception cause = new IllegalStateException("The log of " + term + " ends at " + log.logEndOffset()
                    + ", its coordinator expects " + term.nextOffset() + ": somebody else appended");
            if (term.breakOnce()) {
                events.broken(term, cause);
            }
            throw new NotLeaderOrFollowerException(cause.getMessage());
        }
        Partition.Appended appended =
                log.appendNow(copy(records), AppendOrigin.COORDINATOR, transactionVersion, new Commit(term));
        term.appended(appended.nextOffset());
        return appended.nextOffset();
    }

    @Override
    public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
            TopicPartition tp, String transactionalId, long producerId, short producerEpoch, int apiVersion) {
        return CompletableFuture.failedFuture(new UnsupportedVersionException(
                "Transactional offset commits are not served: " + transactionalId + " on " + tp));
    }

    @Override
    public CompletableFuture<Void> deleteRecords(TopicPartition tp, long deleteBeforeOffset) {
        return term(tp).writable().deleteRecordsBefore(deleteBeforeOffset).thenApply(logStart -> null);
    }

    private Term term(TopicPartition tp) {
        return terms.current(tp).orElseThrow(() -> new NotLeaderOrFollowerException("This node does not lead " + tp));
    }

    private static MemoryRecords copy(MemoryRecords records) {
        ByteBuffer source = records.buffer();
        ByteBuffer copy = ByteBuffer.allocate(source.remaining());
        return MemoryRecords.readableRecords(copy.put(source).flip());
    }

    /**
     * How an append ended: nothing to do when well, as the high watermark tells. A log that is ill but still ours keeps
     * the order: either the record is committed yet, or nothing behind it ever is, and what waits for it times out.
     */
    private final class Commit implements Partition.AppendListener {
        private final Term term;

        Commit(Term term) {
            this.term = term;
        }

        @Override
        public void acknowledged() {
            // The high watermark completes what waits for it, in the order of the log.
        }

        @Override
        public void failed(Exception cause) {
            if (term.isWritable()) {
                LOG.warn("offsets log append delayed: partition={} cause={}", term, cause.getMessage());
            } else if (term.breakOnce()) {
                events.closed(term);
            }
        }
    }

    /** Passes the high watermark on until it is retired: by the runtime, or by the end of the term. */
    private final class Watch implements Partition.Watcher {
        private final Term term;
        private final Partition log;
        private final Listener listener;
        private volatile boolean retired;

        Watch(Term term, Partition log, Listener listener) {
            this.term = term;
            this.log = log;
            this.listener = listener;
        }

        void retire() {
            retired = true;
            log.unwatch(this);
        }

        @Override
        public void onHighWatermark(Partition partition, long highWatermark) {
            if (retired || partition.leaderEpoch() != term.leaderEpoch()) {
                return;
            }
            try {
                listener.onHighWatermarkUpdated(term.topicPartition(), highWatermark);
            } catch (NotCoordinatorException shuttingDown) {
                // Whoever waits for this is failed by the shutdown itself.
                retired = true;
            }
        }

        @Override
        public void onClosed(Partition partition) {
            retired = true;
            watches.remove(listener, this);
            events.closed(term);
        }
    }
}
