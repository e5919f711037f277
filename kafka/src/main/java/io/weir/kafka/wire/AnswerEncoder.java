package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.kafka.frame.FrameEncoder;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.ResponseHeader;

/** Answer to bytes, in the version of its request. Any thread. */
final class AnswerEncoder {
    private final FrameEncoder encoder;

    AnswerEncoder(ByteBufAllocator allocator) {
        this.encoder = new FrameEncoder(allocator);
    }

    /**
     * The frame of the answer: one buffer, or several in order of which some are views of the records in {@code message},
     * which must then live until the last one is written.
     *
     * @throws RuntimeException when the message does not fit the request's version; nothing is held then
     */
    List<ByteBuf> encode(RequestContext context, ApiMessage message) {
        ResponseHeader header = context.header.toResponseHeader();
        return encoder.encode(header.data(), header.headerVersion(), message, context.apiVersion());
    }
}
