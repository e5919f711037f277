package io.weir.kafka.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** Header and message to bytes. Any thread. */
public final class FrameEncoder {
    /** Below this many bytes of records a copy is cheaper than entries of their own in the gathering write. */
    public static final int COPY_BYTES = 4096;

    private final ByteBufAllocator allocator;

    /** @param allocator of the buffers for everything but large records */
    public FrameEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * The frame: one buffer, or several in order of which some are views of the records in {@code message}, which must then
     * live until the last one is written.
     *
     * @throws RuntimeException when header or message do not fit their version; nothing is held then
     */
    public List<ByteBuf> encode(ApiMessage header, short headerVersion, ApiMessage message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        header.addSize(size, cache, headerVersion);
        message.addSize(size, cache, version);
        boolean copy = size.totalSize() - size.sizeExcludingZeroCopy() <= COPY_BYTES;
        int ownBytes = Integer.BYTES + (copy ? size.totalSize() : size.sizeExcludingZeroCopy());
        FrameWriter writer = new FrameWriter(allocator, ownBytes, copy);
        try {
            writer.writeInt(size.totalSize());
            header.write(writer, cache, headerVersion);
            message.write(writer, cache, version);
            return writer.finish();
        } catch (RuntimeException | Error e) {
            writer.abandon();
            throw e;
        }
    }
}
