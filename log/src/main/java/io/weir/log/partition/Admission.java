package io.weir.log.partition;

import io.netty.util.ReferenceCounted;
import io.weir.log.Partition.AppendListener;
import io.weir.log.Partition.Appended;
import io.weir.log.PartitionStatus.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;

/**
 * The way into a partition: validation on the caller's thread, then at once to the log when there is room, else the
 * bounded wait for the end of recovery and for room in the tail cache. Any thread.
 */
final class Admission {
    private final PartitionLog log;
    private final LogContext context;

    Admission(PartitionLog log, LogContext context) {
        this.log = log;
        this.context = context;
    }

    CompletableFuture<Appended> append(
            MemoryRecords records,
            ReferenceCounted owner,
            AppendOrigin origin,
            short transactionVersion,
            AppendListener listener) {
        Draft draft;
        try {
            BatchValidator.Valid valid = validate(records, origin);
            draft = Draft.of(valid, valid.converted() ? null : owner, origin, transactionVersion, listener);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (log.status().state() != State.WRITABLE || !context.gate().tryEnter(draft.chargeBytes())) {
            return later(draft);
        }
        try {
            return CompletableFuture.completedFuture(log.enter(draft));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    Appended appendNow(MemoryRecords records, AppendOrigin origin, short transactionVersion, AppendListener listener) {
        Draft draft = Draft.of(validate(records, origin), null, origin, transactionVersion, listener);
        if (!context.gate().tryEnter(draft.chargeBytes())) {
            throw new NotEnoughReplicasException("The tail cache is full: " + log.id() + " can take nothing just now");
        }
        return log.enter(draft);
    }

    private BatchValidator.Valid validate(MemoryRecords records, AppendOrigin origin) {
        return context.validator().validate(records, log.id().topicPartition(), log.config(), origin);
    }

    /** Waits for the end of recovery, then for room. Whatever waits keeps its bytes alive. */
    private CompletableFuture<Appended> later(Draft draft) {
        CompletableFuture<Appended> result = new CompletableFuture<>();
        if (draft.owner() != null) {
            draft.owner().retain();
        }
        Runnable admit = () -> {
            try {
                context.gate().enqueue(draft.chargeBytes(), () -> proceed(draft, result), cause -> {
                    release(draft);
                    result.completeExceptionally(cause);
                });
            } catch (RejectedExecutionException e) {
                release(draft);
                result.completeExceptionally(new NotEnoughReplicasException(e.getMessage()));
            }
        };
        if (!log.awaitRecovery(admit)) {
            admit.run();
        }
        return result;
    }

    private void proceed(Draft draft, CompletableFuture<Appended> result) {
        try {
            result.complete(log.enter(draft));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        } finally {
            release(draft);
        }
    }

    private static void release(Draft draft) {
        if (draft.owner() != null) {
            draft.owner().release();
        }
    }
}
