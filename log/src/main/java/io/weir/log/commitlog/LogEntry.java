package io.weir.log.commitlog;

import io.netty.util.ReferenceCounted;
import io.weir.log.Partition.AppendListener;
import java.nio.ByteBuffer;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * One batch, or one note about a partition, on its way through the commit log; afterwards the same object is the
 * batch's place in the tail cache, until small ones are joined there. Immutable but for {@link #file}, which the commit thread sets once, and
 * {@link #listener}, guarded by the target's monitor.
 */
public final class LogEntry {
    /** What an entry says. */
    public enum Kind {
        /** A record batch; the payload is the batch. */
        DATA((byte) 1),
        /** The partition's log now starts at the base offset; no payload. */
        LOG_START((byte) 2),
        /** Packs of this life below the base offset are complete; of no partition, no payload. */
        PACKS((byte) 3);

        private final byte id;

        Kind(byte id) {
            this.id = id;
        }

        byte id() {
            return id;
        }

        static @Nullable Kind of(byte id) {
            for (Kind kind : values()) {
                if (kind.id == id) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** Where an entry belongs: told by the commit thread, in the order of the appends. */
    public interface Target {
        /** The partition. */
        TopicIdPartition id();

        /** The entry is durable. Must not block. */
        void committed(LogEntry entry);

        /** All entries of one flush have been told: time to wake readers. Called once a flush and target. */
        void settled();

        /** The store has been sick for too long; the entry stays queued and may become durable later. */
        void delayed(LogEntry entry, RuntimeException cause);

        /** The log was fenced or closed: the entry will never be durable through this node. */
        void abandoned(LogEntry entry, RuntimeException cause);
    }

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final Target target;
    private final Kind kind;
    private final int leaderEpoch;
    private final long baseOffset;
    private final long nextOffset;
    private final long maxTimestampMs;
    private final ByteBuffer payload;
    private final @Nullable ReferenceCounted owner;
    private @Nullable AppendListener listener;
    private @Nullable CommitLogFile file;

    private LogEntry(
            Target target,
            Kind kind,
            int leaderEpoch,
            long baseOffset,
            long nextOffset,
            long maxTimestampMs,
            ByteBuffer payload,
            @Nullable ReferenceCounted owner,
            @Nullable AppendListener listener) {
        this.target = target;
        this.kind = kind;
        this.leaderEpoch = leaderEpoch;
        this.baseOffset = baseOffset;
        this.nextOffset = nextOffset;
        this.maxTimestampMs = maxTimestampMs;
        this.payload = payload;
        this.owner = owner;
        this.listener = listener;
    }

    /**
     * A batch.
     *
     * @param payload from position to limit; only ever read through duplicates
     * @param owner keeps the payload alive, already retained for this entry; null when on the heap
     */
    public static LogEntry data(
            Target target,
            int leaderEpoch,
            long baseOffset,
            long nextOffset,
            long maxTimestampMs,
            ByteBuffer payload,
            @Nullable ReferenceCounted owner,
            @Nullable AppendListener listener) {
        return new LogEntry(
                target, Kind.DATA, leaderEpoch, baseOffset, nextOffset, maxTimestampMs, payload, owner, listener);
    }

    /**
     * Durable neighbours of one leader epoch and one file in the place of each of them, once their bytes stand together.
     *
     * @param payload their bytes, one batch behind the other
     * @param owner keeps the payload alive, already retained for this entry
     */
    public static LogEntry joined(
            LogEntry first, LogEntry last, long maxTimestampMs, ByteBuffer payload, ReferenceCounted owner) {
        LogEntry entry = data(
                first.target,
                first.leaderEpoch,
                first.baseOffset,
                last.nextOffset,
                maxTimestampMs,
                payload,
                owner,
                null);
        entry.file = first.file;
        return entry;
    }

    /** A batch that recovery found in {@code file}, which has been pinned for it. */
    public static LogEntry recovered(
            Target target,
            int leaderEpoch,
            long baseOffset,
            long nextOffset,
            long maxTimestampMs,
            ByteBuffer payload,
            ReferenceCounted owner,
            CommitLogFile file) {
        LogEntry entry = data(target, leaderEpoch, baseOffset, nextOffset, maxTimestampMs, payload, owner, null);
        entry.file = file;
        return entry;
    }

    /** A note that the log starts at {@code offset}. */
    public static LogEntry logStart(Target target, int leaderEpoch, long offset, @Nullable AppendListener listener) {
        return new LogEntry(target, Kind.LOG_START, leaderEpoch, offset, offset, -1, NO_BYTES, null, listener);
    }

    /** A note that this life's packs below {@code sequence} are complete. */
    public static LogEntry packs(Target target, long sequence) {
        return new LogEntry(target, Kind.PACKS, 0, sequence, sequence, -1, NO_BYTES, null, null);
    }

    public Target target() {
        return target;
    }

    public Kind kind() {
        return kind;
    }

    public int leaderEpoch() {
        return leaderEpoch;
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** The offset behind the last record. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Largest record timestamp, or -1. */
    public long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** The batch; duplicate before moving a position. */
    public ByteBuffer payload() {
        return payload;
    }

    public int sizeBytes() {
        return payload.remaining();
    }

    /** Keeps {@link #payload} alive; null when it lives on the heap. */
    public @Nullable ReferenceCounted owner() {
        return owner;
    }

    /** Takes the listener out, so that it is told once. Guarded by the target's monitor. */
    public @Nullable AppendListener takeListener() {
        AppendListener taken = listener;
        listener = null;
        return taken;
    }

    /** Adds one more to be told (a repeated batch whose first append is not durable yet). Guarded by the target's monitor. */
    public void addListener(AppendListener another) {
        AppendListener first = listener;
        listener = first == null
                ? another
                : new AppendListener() {
                    @Override
                    public void acknowledged() {
                        first.acknowledged();
                        another.acknowledged();
                    }

                    @Override
                    public void failed(Exception cause) {
                        first.failed(cause);
                        another.failed(cause);
                    }
                };
    }

    /** The file that holds it, once durable. */
    public @Nullable CommitLogFile file() {
        return file;
    }

    void committedIn(CommitLogFile where) {
        this.file = where;
    }

    /** Drops the reference to the bytes: nobody reads this entry any more. */
    public void free() {
        if (owner != null) {
            owner.release();
        }
    }
}
