package io.weir.kafka.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;

/**
 * Takes what Kafka's generated writers write: fields into one pooled direct buffer of exactly their size, records as views
 * between pieces of it. One thread, one message.
 */
final class FrameWriter extends ByteBufferAccessor {
    private final ByteBufAllocator allocator;
    private final ByteBuf fields;
    private final boolean copy;
    private final List<ByteBuf> pieces = new ArrayList<>(1);
    private int cutAt;

    /**
     * @param fieldBytes of everything but the records, or of everything
     * @param copy whether records are copied, too
     */
    FrameWriter(ByteBufAllocator allocator, int fieldBytes, boolean copy) {
        this(allocator, allocator.directBuffer(fieldBytes, fieldBytes), copy);
    }

    private FrameWriter(ByteBufAllocator allocator, ByteBuf fields, boolean copy) {
        super(fields.nioBuffer(0, fields.capacity()));
        this.allocator = allocator;
        this.fields = fields;
        this.copy = copy;
    }

    @Override
    public void writeRecords(BaseRecords records) {
        switch (records) {
            case LeasedRecords leased -> leased.buffers().forEach(this::write);
            case MemoryRecords memory -> write(memory.buffer());
            case UnalignedMemoryRecords memory -> write(memory.buffer());
            default ->
                throw new UnsupportedOperationException(
                        "cannot write " + records.getClass() + "; LeasedRecords and MemoryRecords can be");
        }
    }

    /** Bytes that Kafka's size counts as zero-copy. Nobody says how long they live, so they are copied. */
    @Override
    public void writeByteBuffer(ByteBuffer source) {
        if (copy) {
            buffer().put(source.duplicate());
        } else if (source.hasRemaining()) {
            cut();
            pieces.add(allocator.directBuffer(source.remaining()).writeBytes(source.duplicate()));
        }
    }

    private void write(ByteBuffer records) {
        if (copy) {
            buffer().put(records.duplicate());
        } else if (records.hasRemaining()) {
            cut();
            pieces.add(Unpooled.wrappedBuffer(records));
        }
    }

    private void cut() {
        int position = buffer().position();
        if (position > cutAt) {
            pieces.add(fields.retainedSlice(cutAt, position - cutAt));
            cutAt = position;
        }
    }

    /** Everything written, in order; the caller releases it. */
    List<ByteBuf> finish() {
        if (buffer().hasRemaining()) {
            throw new IllegalStateException("the message is " + buffer().remaining() + " bytes shorter than it said");
        }
        if (pieces.isEmpty()) {
            pieces.add(fields.writerIndex(fields.capacity()));
        } else {
            cut();
            fields.release();
        }
        return pieces;
    }

    /** Lets go of everything written, instead of {@link #finish}. */
    void abandon() {
        pieces.forEach(ByteBuf::release);
        fields.release();
    }
}
