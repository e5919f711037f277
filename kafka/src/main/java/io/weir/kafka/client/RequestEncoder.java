package io.weir.kafka.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.kafka.Call;
import io.weir.kafka.frame.FrameEncoder;
import io.weir.kafka.node.NodeProtocol;
import io.weir.kafka.node.Origin;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Calls to frames. Any thread. */
final class RequestEncoder {
    /** Where in a frame the correlation id is: behind its length, the api and the version. */
    static final int CORRELATION_ID_AT = Integer.BYTES + 2 * Short.BYTES;

    private final FrameEncoder encoder;

    RequestEncoder(ByteBufAllocator allocator) {
        this.encoder = new FrameEncoder(allocator);
    }

    /**
     * The frame, in which the correlation id is to be set. Pieces of it are views of the call's records, whose frame must live
     * until they are written.
     *
     * @throws RuntimeException when the request does not fit its version; nothing is held then
     */
    List<ByteBuf> encode(Call call) {
        RequestHeaderData header = NodeProtocol.header(
                call.api(), call.version(), call.context().header.clientId(), Origin.of(call.context()));
        ApiMessage body = call.request().data();
        if (body instanceof ProduceRequestData produce && produce.acks() == 0) {
            body = acknowledged(produce);
        }
        return encoder.encode(header, NodeProtocol.headerVersion(), body, call.version());
    }

    /**
     * A peer can tell of the failure of an unacknowledged produce only by closing the connection, which others use, too. So
     * it is asked to answer, and whoever has the client's connection closes that.
     */
    private static ProduceRequestData acknowledged(ProduceRequestData produce) {
        return new ProduceRequestData()
                .setTransactionalId(produce.transactionalId())
                .setAcks((short) 1)
                .setTimeoutMs(produce.timeoutMs())
                .setTopicData(produce.topicData());
    }
}
