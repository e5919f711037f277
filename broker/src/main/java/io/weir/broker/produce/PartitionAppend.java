package io.weir.broker.produce;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.log.Partition;
import io.weir.log.Partition.Appended;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a produce request. Its fields are each written once, by whichever thread learns of it, and read by
 * the one that answers.
 */
final class PartitionAppend implements Partition.AppendListener {
    /** A batch smaller than its frame by more than this is copied out of it. */
    static final int MAX_FRAME_SHARES = 8;

    private final ProduceAnswer answer;
    private final TopicProduceData topic;
    private final int index;
    private final int sizeBytes;
    private @Nullable Partition partition;
    private volatile @Nullable Appended appended;
    private volatile @Nullable Throwable error;
    private volatile boolean acknowledged;

    PartitionAppend(ProduceAnswer answer, TopicProduceData topic, int index, int sizeBytes) {
        this.answer = answer;
        this.topic = topic;
        this.index = index;
        this.sizeBytes = sizeBytes;
    }

    /** Refused before it came to the log. */
    void refuse(Throwable cause) {
        error = cause;
    }

    /** Hands the records to the log, on this thread. */
    void append(Partition target, MemoryRecords records) {
        partition = target;
        int bytes = records.sizeInBytes();
        if (answer.frame() instanceof ByteBuf frame && bytes < frame.capacity() / MAX_FRAME_SHARES) {
            // The log keeps what it takes for minutes, and counts the batch: a large frame must not live on for a small one.
            ByteBuf own = frame.alloc().directBuffer(bytes, bytes).writeBytes(records.buffer());
            try {
                append(target, MemoryRecords.readableRecords(own.nioBuffer()), own);
            } finally {
                own.release();
            }
        } else {
            append(target, records, answer.frame());
        }
    }

    private void append(Partition target, MemoryRecords records, ReferenceCounted owner) {
        CompletableFuture<Appended> result = target.append(records, owner, AppendOrigin.CLIENT, (short) 0, this);
        if (result.state() == CompletableFuture.State.SUCCESS) {
            placed(result.resultNow(), null);
        } else {
            CompletableFuture<?> _ = result.whenComplete(this::placed);
        }
    }

    private void placed(@Nullable Appended offsets, @Nullable Throwable cause) {
        if (offsets != null) {
            appended = offsets;
            answer.placed();
        } else {
            error = cause == null ? Errors.UNKNOWN_SERVER_ERROR.exception() : cause;
            answer.failedToPlace();
        }
    }

    @Override
    public void acknowledged() {
        acknowledged = true;
        answer.settled();
    }

    @Override
    public void failed(Exception cause) {
        error = cause;
        answer.settled();
    }

    TopicProduceData topic() {
        return topic;
    }

    int index() {
        return index;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    @Nullable
    Partition partition() {
        return partition;
    }

    @Nullable
    Appended appended() {
        return appended;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    /** What to answer now; an append whose fate is still open is REQUEST_TIMED_OUT. */
    Errors outcome(boolean needsAcknowledgement) {
        Throwable cause = error;
        if (cause != null) {
            return KafkaErrors.of(cause);
        }
        boolean done = appended != null && (acknowledged || !needsAcknowledgement);
        return done ? Errors.NONE : Errors.REQUEST_TIMED_OUT;
    }
}
