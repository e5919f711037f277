package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.ResponseHeader;

/** Message to bytes. Any thread. */
final class AnswerEncoder {
    /** Below this many bytes of records a copy is cheaper than entries of their own in the gathering write. */
    static final int COPY_BYTES = 4096;

    private final ByteBufAllocator allocator;

    AnswerEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * The frame of the answer: one buffer, or several in order of which some are views of the records in {@code message},
     * which must then live until the last one is written.
     *
     * @throws RuntimeException when the message does not fit the request's version; nothing is held then
     */
    List<ByteBuf> encode(RequestContext context, ApiMessage message) {
        ResponseHeader header = context.header.toResponseHeader();
        short version = context.apiVersion();
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        header.data().addSize(size, cache, header.headerVersion());
        message.addSize(size, cache, version);
        boolean copy = size.totalSize() - size.sizeExcludingZeroCopy() <= COPY_BYTES;
        int ownBytes = Integer.BYTES + (copy ? size.totalSize() : size.sizeExcludingZeroCopy());
        AnswerWriter writer = new AnswerWriter(allocator, ownBytes, copy);
        try {
            writer.writeInt(size.totalSize());
            header.data().write(writer, cache, header.headerVersion());
            message.write(writer, cache, version);
            return writer.finish();
        } catch (RuntimeException | Error e) {
            writer.abandon();
            throw e;
        }
    }
}
