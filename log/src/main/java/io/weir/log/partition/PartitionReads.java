package io.weir.log.partition;

import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.ReadResult;
import io.weir.log.segment.SegmentRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The read path of one partition: what is in memory on the caller's thread, the rest on a virtual one. Any thread. */
final class PartitionReads {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionReads.class);
    private static final Duration DAMAGE_PAUSE = Duration.ofSeconds(10);

    private final PartitionLog log;
    private final AtomicLong damageToldMs = new AtomicLong(-DAMAGE_PAUSE.toMillis());
    private final Executor blocking;
    private final ReadCounter counter;
    private final ReadAhead readAhead;

    PartitionReads(PartitionLog log, Executor blocking, ReadCounter counter, ReadAhead readAhead) {
        this.log = log;
        this.blocking = blocking;
        this.counter = counter;
        this.readAhead = readAhead;
    }

    CompletableFuture<ReadResult> read(long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation) {
        return read(offset, maxBytes, minOneBatch, isolation, true);
    }

    private CompletableFuture<ReadResult> read(
            long offset, int maxBytes, boolean minOneBatch, IsolationLevel isolation, boolean again) {
        PartitionLog.TailRead tail = log.readTail(offset, maxBytes, minOneBatch, isolation);
        if (tail.result() == null) {
            counter.fromSegment();
            SegmentRead present = readPresent(tail, offset, maxBytes, minOneBatch);
            if (present != null) {
                seen(present, offset, tail);
                return withAborted(present.records(), offset, isolation, tail.segments());
            }
            CompletableFuture<ReadResult> found = onVirtualThread(() -> {
                        SegmentRead read = tail.segments().read(offset, tail.end(), maxBytes, minOneBatch);
                        seen(read, offset, tail);
                        return read.records();
                    })
                    .thenCompose(records -> withAborted(records, offset, isolation, tail.segments()))
                    .whenComplete((result, failure) -> {
                        if (failure != null) {
                            tell(failure);
                        }
                    });
            // Retention may have removed the segment after we looked: the log has another answer by now.
            return again
                    ? found.exceptionallyCompose(failure -> isGone(failure)
                            ? read(offset, maxBytes, minOneBatch, isolation, false)
                            : CompletableFuture.failedFuture(failure))
                    : found;
        }
        if (tail.records().sizeInBytes() > 0) {
            counter.fromTail();
        }
        return tail.records().sizeInBytes() == 0
                ? CompletableFuture.completedFuture(tail.result())
                : withAborted(tail.records(), offset, isolation, tail.segments());
    }

    /** What read-ahead is for: no other thread has to be woken. Null as well when there is something to be told. */
    private static @Nullable SegmentRead readPresent(
            PartitionLog.TailRead tail, long offset, int maxBytes, boolean minOneBatch) {
        try {
            return tail.segments().readPresent(offset, tail.end(), maxBytes, minOneBatch);
        } catch (WeirException e) {
            return null; // the other way meets it as well, and tells it
        }
    }

    private void seen(SegmentRead read, long offset, PartitionLog.TailRead tail) {
        readAhead.onRead(log.id(), offset, read.nextOffset(), read.records().sizeInBytes(), tail.segments());
    }

    private static boolean isGone(Throwable failure) {
        return is(failure, FaultKind.INVALID);
    }

    private static boolean is(Throwable failure, FaultKind kind) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof WeirException fault && fault.kind() == kind;
    }

    /** Damage is named in the log, though not once for each of a consumer's attempts. */
    private void tell(Throwable failure) {
        if (is(failure, FaultKind.CORRUPT)) {
            counter.damaged();
            long now = log.nowMs();
            long last = damageToldMs.get();
            if (now - last >= DAMAGE_PAUSE.toMillis() && damageToldMs.compareAndSet(last, now)) {
                LOG.error("partition={} read=damaged reason=\"{}\"", log.id(), failure.getMessage());
            }
        }
    }

    private CompletableFuture<ReadResult> withAborted(
            LeasedRecords records, long offset, IsolationLevel isolation, ColdLog segments) {
        if (isolation == IsolationLevel.READ_UNCOMMITTED || records.sizeInBytes() == 0) {
            return CompletableFuture.completedFuture(log.found(records, List.of()));
        }
        long to = Batches.nextOffset(records);
        List<AbortedTransaction> recent = log.recentlyAborted(offset, to);
        if (offset >= segments.nextOffset()) {
            return CompletableFuture.completedFuture(log.found(records, recent));
        }
        return onVirtualThread(() -> {
                    List<AbortedTransaction> all = new ArrayList<>(segments.aborted(offset, to));
                    recent.stream().filter(more -> !all.contains(more)).forEach(all::add);
                    return (ReadResult) log.found(records, all);
                })
                .whenComplete((result, failure) -> {
                    if (failure != null) {
                        records.release();
                    }
                });
    }

    CompletableFuture<Optional<TimestampAndOffset>> findByTimestamp(long timestampMs, IsolationLevel isolation) {
        long end = isolation == IsolationLevel.READ_COMMITTED ? log.lastStableOffset() : log.highWatermark();
        long from = log.logStartOffset();
        ColdLog segments = log.segments();
        if (segments.nextOffset() <= from) {
            return CompletableFuture.completedFuture(inTail(timestampMs, from, end));
        }
        return onVirtualThread(() -> {
            Optional<TimestampAndOffset> found = segments.findByTimestamp(timestampMs, from);
            return found.isPresent()
                    ? found.filter(record -> record.offset < end)
                    : inTail(timestampMs, segments.nextOffset(), end);
        });
    }

    private Optional<TimestampAndOffset> inTail(long timestampMs, long from, long end) {
        List<LeasedRecords> candidates = log.leaseTail(from, end, maxMs -> maxMs >= timestampMs);
        return Batches.firstAt(candidates, timestampMs, from, end);
    }

    CompletableFuture<Optional<TimestampAndOffset>> findMaxTimestamp() {
        long end = log.highWatermark();
        long from = log.logStartOffset();
        ColdLog segments = log.segments();
        Optional<TimestampAndOffset> recent =
                Batches.largest(log.leaseTail(Math.max(from, segments.nextOffset()), end, _ -> true), end);
        if (segments.nextOffset() <= from) {
            return CompletableFuture.completedFuture(recent);
        }
        return onVirtualThread(() -> Batches.later(segments.findMaxTimestamp(from), recent));
    }

    private <T> CompletableFuture<T> onVirtualThread(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, blocking);
    }
}
