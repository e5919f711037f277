package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers are byte for byte what Kafka's own writer makes of the same message. */
class AnswerEncoderTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final AnswerEncoder encoder = new AnswerEncoder(allocator);

    @AfterEach
    void nothingIsLeft() {
        assertThat(allocator.pinnedDirectMemory()).isZero();
    }

    private static RequestContext context(ApiKeys api, short version) {
        return new RequestContext(
                new RequestHeader(api, version, "test", 4711),
                "1",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                ListenerName.forSecurityProtocol(SecurityProtocol.PLAINTEXT),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }

    private byte[] encode(RequestContext context, ApiMessage message, int pieces) {
        List<ByteBuf> encoded = encoder.encode(context, message);
        assertThat(encoded).hasSize(pieces);
        int size = encoded.stream().mapToInt(ByteBuf::readableBytes).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (ByteBuf piece : encoded) {
            bytes.limit(bytes.position() + piece.readableBytes());
            piece.readBytes(bytes);
            piece.release();
        }
        return bytes.array();
    }

    private static byte[] byKafka(RequestContext context, ApiMessage message) {
        ByteBuffer head = MessageUtil.toByteBufferAccessor(
                        context.header.toResponseHeader().data(),
                        context.header.toResponseHeader().headerVersion())
                .buffer();
        ByteBuffer body =
                MessageUtil.toByteBufferAccessor(message, context.apiVersion()).buffer();
        return ByteBuffer.allocate(4 + head.remaining() + body.remaining())
                .putInt(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .array();
    }

    @Test
    void messagesOfEveryApiAndVersion() {
        long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
        System.out.println("weir.fuzz.seed=" + seed);
        RandomMessages messages = new RandomMessages(new Random(seed));
        for (ApiKeys api : ApiKeys.values()) {
            if (!api.hasValidVersion()) {
                continue;
            }
            for (short version = api.oldestVersion(); version <= api.latestVersion(); version++) {
                ApiMessage message = api.messageType.newResponse();
                short at = version;
                messages.body(
                        () -> {
                            ApiMessage fresh = api.messageType.newResponse();
                            return fresh;
                        },
                        at);
                ByteBuffer bytes = messages.body(api.messageType::newResponse, at);
                message.read(new org.apache.kafka.common.protocol.ByteBufferAccessor(bytes.duplicate()), at);
                RequestContext context = context(api, at);
                assertThat(encode(context, message, 1))
                        .as("%s %d seed=%d", api, at, seed)
                        .isEqualTo(byKafka(context, message));
            }
        }
    }

    @Test
    void leasedRecordsLieBetweenTheFields() {
        Requests.Owner owner = new Requests.Owner();
        RequestContext context = context(ApiKeys.FETCH, ApiKeys.FETCH.latestVersion());
        var leased = Requests.fetchAnswer(
                Requests.leased(owner, 5000), Requests.leased(owner, 0), Requests.leased(owner, 70_001));
        var copied = Requests.fetchAnswer(
                Requests.leased(owner, 5000).copy(),
                MemoryRecords.EMPTY,
                Requests.leased(owner, 70_001).copy());
        byte[] expected = byKafka(context, copied);

        // Fields, two buffers, fields, two buffers, fields.
        assertThat(encode(context, leased, 7)).isEqualTo(expected);
        assertThat(encode(context, copied, 5)).isEqualTo(expected);
    }

    @Test
    void fewRecordsAreCopied() {
        Requests.Owner owner = new Requests.Owner();
        RequestContext context = context(ApiKeys.FETCH, ApiKeys.FETCH.oldestVersion());
        var leased = Requests.fetchAnswer(Requests.leased(owner, 2000), Requests.leased(owner, 2000));
        var copied = Requests.fetchAnswer(
                Requests.leased(owner, 2000).copy(),
                Requests.leased(owner, 2000).copy());
        assertThat(encode(context, leased, 1)).isEqualTo(byKafka(context, copied));
    }

    @Test
    void shareFetchToo() {
        Requests.Owner owner = new Requests.Owner();
        RequestContext context = context(ApiKeys.SHARE_FETCH, ApiKeys.SHARE_FETCH.latestVersion());
        var records = Requests.leased(owner, 9000);
        ShareFetchResponseData message = new ShareFetchResponseData();
        var topic = new ShareFetchResponseData.ShareFetchableTopicResponse();
        topic.partitions().add(new ShareFetchResponseData.PartitionData().setRecords(records));
        message.responses().add(topic);
        byte[] encoded = encode(context, message, 4);
        assertThat(encoded.length).isGreaterThan(9000);
        Answers.release(message);
        assertThat(owner.allBack()).isTrue();
    }
}
