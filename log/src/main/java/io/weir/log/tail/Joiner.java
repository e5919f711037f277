package io.weir.log.tail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.LogEntry;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Joins a partition's small batches once they are durable: the bytes of a row of them are copied together, and one entry
 * takes the place of all. Thousands of small batches a second would otherwise stay, each as four objects and a buffer
 * of its own, for as long as the tail keeps them: the garbage collector would copy them in pauses that clients feel, and
 * whoever reads them would gather them from as many places. Guarded by the partition's monitor.
 */
public final class Joiner {
    /** Larger ones are not worth a copy. */
    static final int SMALL_BYTES = 4096;
    /** A row ends at so many batches, or before it has more bytes than this. */
    static final int MOST_BATCHES = 32;

    static final int MOST_BYTES = 32 * 1024;

    private final ByteBufAllocator allocator;
    private long fromOffset;
    private int batches;
    private int bytes;
    private @Nullable LogEntry newest;
    private long barrier = -1;

    /** @param allocator of pooled, direct buffers */
    public Joiner(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** No row goes across {@code offset}: a segment will end there. */
    public void endAt(long offset) {
        barrier = offset;
    }

    /** Whether the row is to be taken before {@code entry}, the next durable batch, is noted. */
    public boolean endsBefore(LogEntry entry) {
        LogEntry last = newest;
        return last != null
                && (entry.sizeBytes() > SMALL_BYTES
                        || batches == MOST_BATCHES
                        || bytes + entry.sizeBytes() > MOST_BYTES
                        || entry.baseOffset() == barrier
                        || entry.baseOffset() != last.nextOffset()
                        || entry.leaderEpoch() != last.leaderEpoch()
                        || isOther(entry.file(), last.file()));
    }

    /** One more batch of the row, or the first of one. */
    public void note(LogEntry entry) {
        if (entry.sizeBytes() > SMALL_BYTES || entry.owner() == null) {
            return;
        }
        if (newest == null) {
            fromOffset = entry.baseOffset();
        }
        newest = entry;
        batches++;
        bytes += entry.sizeBytes();
    }

    /** The row is given up when it begins below {@code offset}: what is there is in a segment, or gone. */
    public void forgetBelow(long offset) {
        if (newest != null && fromOffset < offset) {
            clear();
        }
    }

    /**
     * Puts the joined entry into the tail in the place of the row's; the entries that it stands for are then nobody's.
     *
     * @return those entries, oldest first; none when there was nothing to join
     */
    public LogEntry[] join(Tail tail) {
        LogEntry last = newest;
        int count = batches;
        int size = bytes;
        clear();
        int first = tail.indexOf(fromOffset);
        if (last == null
                || count < 2
                || first + count > tail.size()
                || tail.get(first).baseOffset() != fromOffset) {
            return new LogEntry[0];
        }
        LogEntry[] row = new LogEntry[count];
        ByteBuf together = allocator.directBuffer(size, size);
        long maxTimestampMs = -1;
        for (int i = 0; i < count; i++) {
            row[i] = tail.get(first + i);
            together.writeBytes(row[i].payload().duplicate());
            maxTimestampMs = Math.max(maxTimestampMs, row[i].maxTimestampMs());
        }
        ByteBuffer payload = together.nioBuffer(0, size);
        tail.replace(first, count, LogEntry.joined(row[0], last, maxTimestampMs, payload, together));
        return row;
    }

    private void clear() {
        newest = null;
        batches = 0;
        bytes = 0;
    }

    @SuppressWarnings("ReferenceEquality") // a file is itself
    private static boolean isOther(@Nullable CommitLogFile one, @Nullable CommitLogFile two) {
        return one != two;
    }
}
