package io.weir.common.buffer;

import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/**
 * Whole record batches on their way to a reader: views of buffers that somebody else owns, kept alive by one
 * retained reference an owner. Whoever holds the lease last calls {@link #release} once: the wire after it has
 * written the answer, or whoever drops the answer. Immutable but for the release; any thread.
 */
public final class LeasedRecords implements BaseRecords {
    /** No records and nothing to release. */
    public static final LeasedRecords EMPTY = new LeasedRecords(List.of(), List.of());

    private final List<ByteBuffer> buffers;
    private final List<? extends ReferenceCounted> owners;
    private final int sizeBytes;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * @param buffers views from position to limit, in order; read through duplicates only
     * @param owners already retained once for this lease
     */
    public LeasedRecords(List<ByteBuffer> buffers, List<? extends ReferenceCounted> owners) {
        this.buffers = buffers;
        this.owners = owners;
        int size = 0;
        for (ByteBuffer buffer : buffers) {
            size = Math.addExact(size, buffer.remaining());
        }
        this.sizeBytes = size;
    }

    /** Records on the heap that need no release, such as those of a test or of a coordinator. */
    public static LeasedRecords unowned(ByteBuffer buffer) {
        return new LeasedRecords(List.of(buffer), List.of());
    }

    /** All of them as one, which takes their references over: they themselves must not be released any more. */
    public static LeasedRecords concat(List<LeasedRecords> parts) {
        List<LeasedRecords> filled =
                parts.stream().filter(part -> part.sizeBytes > 0).toList();
        if (filled.size() < 2) {
            return filled.isEmpty() ? EMPTY : filled.getFirst();
        }
        List<ByteBuffer> buffers = new ArrayList<>();
        List<ReferenceCounted> owners = new ArrayList<>();
        for (LeasedRecords part : filled) {
            buffers.addAll(part.buffers);
            owners.addAll(part.owners);
        }
        return new LeasedRecords(buffers, owners);
    }

    /** The bytes, in order; callers duplicate before they move a position. */
    public List<ByteBuffer> buffers() {
        return buffers;
    }

    /** Gives the references back; later calls do nothing. */
    public void release() {
        if (!owners.isEmpty() && released.compareAndSet(false, true)) {
            for (ReferenceCounted owner : owners) {
                owner.release();
            }
        }
    }

    /** A heap copy, for readers that keep records longer than a request lasts. */
    public MemoryRecords copy() {
        ByteBuffer copy = ByteBuffer.allocate(sizeBytes);
        for (ByteBuffer buffer : buffers) {
            copy.put(buffer.duplicate());
        }
        return MemoryRecords.readableRecords(copy.flip());
    }

    @Override
    public int sizeInBytes() {
        return sizeBytes;
    }

    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
        return copy().toSend();
    }
}
