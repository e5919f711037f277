package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames whole, in pieces, and of kinds that must not be. */
class FramesTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE)
            .answering(call -> call.api() == ApiKeys.PRODUCE
                    ? Requests.produceAnswer(sumOf((ProduceRequest) call.request()))
                    : Requests.metadataAnswer(5));

    /** Proves that the records arrived whole: a small sum of their bytes. */
    private static short sumOf(ProduceRequest request) {
        ByteBuffer bytes = ((org.apache.kafka.common.record.internal.MemoryRecords) request.data()
                        .topicData()
                        .iterator()
                        .next()
                        .partitionData()
                        .get(0)
                        .records())
                .buffer();
        assertThat(bytes.isDirect()).isTrue();
        int sum = 0;
        while (bytes.hasRemaining()) {
            sum = sum * 31 + bytes.get();
        }
        return (short) (Math.floorMod(sum, 50) + 1);
    }

    private static ProduceRequest produce(int bytes) {
        ProduceRequest request = Requests.produce(-1, bytes);
        ByteBuffer records = ((org.apache.kafka.common.record.internal.MemoryRecords) request.data()
                        .topicData()
                        .iterator()
                        .next()
                        .partitionData()
                        .get(0)
                        .records())
                .buffer();
        new Random(bytes).ints(bytes / 2).forEach(i -> records.put(70 + Math.floorMod(i, bytes - 20), (byte) i));
        return request;
    }

    private static short sumSent(ProduceRequest request) {
        ByteBuffer bytes = ((org.apache.kafka.common.record.internal.MemoryRecords) request.data()
                        .topicData()
                        .iterator()
                        .next()
                        .partitionData()
                        .get(0)
                        .records())
                .buffer();
        int sum = 0;
        while (bytes.hasRemaining()) {
            sum = sum * 31 + bytes.get();
        }
        return (short) (Math.floorMod(sum, 50) + 1);
    }

    private static void assertWhole(RawClient client, ProduceRequest request) throws Exception {
        var answer = (org.apache.kafka.common.requests.ProduceResponse) client.receive(request, 1);
        assertThat(answer.data()
                        .responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .get(0)
                        .errorCode())
                .isEqualTo(sumSent(request));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 2_000, 40_000, 70_000, 1_000_000, 1_200_000, 3_000_000, 20_000_000})
    void framesOfAnySizeArriveWhole(int bytes) throws Exception {
        ProduceRequest request = produce(bytes);
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            for (int i = 0; i < 3; i++) {
                client.send(request, 1);
                assertWhole(client, request);
            }
            // A small one right behind a large one, in one write.
            byte[] large = RawClient.frame(request, 1);
            byte[] small = RawClient.frame(Requests.metadata(), 2);
            client.sendBytes(ByteBuffer.allocate(large.length + small.length)
                    .put(large)
                    .put(small)
                    .array());
            assertWhole(client, request);
            assertThat(client.receiveCorrelationId()).isEqualTo(2);
        }
    }

    @Test
    void bigFrameInTinyWrites() throws Exception {
        ProduceRequest request = produce(150_000);
        byte[] frame = RawClient.frame(request, 1);
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            Random random = new Random(1);
            for (int at = 0; at < frame.length; ) {
                int length = Math.min(frame.length - at, at < 100 ? 1 : 1 + random.nextInt(300));
                client.sendBytes(frame, at, length);
                at += length;
            }
            assertWhole(client, request);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 1_000_001, Integer.MAX_VALUE})
    void impossibleLengthClosesThatConnectionAlone(int length) throws Exception {
        WireConfig config = WireFixture.config().withRequests(WireFixture.requests(1_000_000, 5, 1 << 24));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient other = wire.client();
                RawClient client = wire.client()) {
            other.call(Requests.metadata());
            client.sendBytes(ByteBuffer.allocate(4).putInt(length).array());
            assertThat(client.closedWithin(SOON)).isTrue();
            other.call(Requests.metadata());
            assertThat(wire.counter(
                            "weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "invalid_length"))
                    .isEqualTo(1);
        }
    }

    @Test
    void clientThatLeavesInMidFrameLeavesNothingBehind() throws Exception {
        try (WireFixture wire = new WireFixture(service)) {
            for (int bytes : List.of(50, 40_000, 2_000_000)) {
                byte[] frame = RawClient.frame(Requests.produce(1, bytes), 1);
                for (int cut : List.of(2, 4, 10, frame.length / 2, frame.length - 1)) {
                    try (RawClient client = wire.client()) {
                        client.sendBytes(frame, 0, cut);
                    }
                }
            }
            WireFixture.await(
                    "all gone",
                    () -> wire.counter("weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "client")
                            == 15);
            WireFixture.await("nothing held", () -> wire.gauge("weir_kafka_request_bytes_in_flight") == 0);
        }
    }

    @Test
    void bytesThatAreNoRequestCloseThatConnectionAlone() throws Exception {
        List<ByteBuffer> garbage = List.of(
                ByteBuffer.wrap(new byte[1]),
                ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                RawClient.rawHeader(999, 0, 1, 0),
                RawClient.rawHeader(-1, 0, 1, 0),
                // A removed api, an unknown version, a version of Produce that is only advertised, a body cut short.
                RawClient.rawHeader(ApiKeys.LEADER_AND_ISR.id, 0, 1, 10),
                RawClient.rawHeader(ApiKeys.METADATA.id, 99, 1, 10),
                RawClient.rawHeader(ApiKeys.PRODUCE.id, 0, 1, 10),
                RawClient.rawHeader(ApiKeys.METADATA.id, 12, 1, 0));
        try (WireFixture wire = new WireFixture(service);
                RawClient other = wire.client()) {
            for (ByteBuffer bytes : garbage) {
                try (RawClient client = wire.client()) {
                    client.sendBytes(RawClient.framed(bytes));
                    assertThat(client.closedWithin(SOON)).isTrue();
                }
                other.call(Requests.metadata());
            }
            assertThat(wire.counter(
                            "weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "invalid_request"))
                    .isEqualTo(garbage.size());
        }
    }

    @Test
    void apiThatIsNotServedIsAnsweredUnsupportedVersion() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            var request =
                    new ListGroupsRequest.Builder(new org.apache.kafka.common.message.ListGroupsRequestData()).build();
            assertThat(client.call(request).errorCounts()).containsOnlyKeys(Errors.UNSUPPORTED_VERSION);
            FetchRequest fetch = Requests.fetch(100);
            assertThat(client.call(fetch).errorCounts()).containsOnlyKeys(Errors.UNSUPPORTED_VERSION);
            assertThat(((MetadataResponse) client.call(Requests.metadata()))
                            .data()
                            .controllerId())
                    .isEqualTo(5);
        }
    }

    @Test
    void arrayLengthsThatCannotBeAreRefusedBeforeTheyAreBelieved() throws Exception {
        // Metadata 9 with 4 million topics of 2 bytes each, of which each would be an object of a hundred bytes.
        int bytes = 8_000_000;
        ByteBuffer body = ByteBuffer.allocate(10 + 1 + 4 + bytes);
        body.putShort(ApiKeys.METADATA.id)
                .putShort((short) 9)
                .putInt(1)
                .putShort((short) -1)
                .put((byte) 0);
        org.apache.kafka.common.utils.ByteUtils.writeUnsignedVarint(4_000_001, body);
        while (body.remaining() >= 2) {
            body.put((byte) 1).put((byte) 0);
        }
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.sendBytes(RawClient.framed(body.rewind()));
            assertThat(client.closedWithin(SOON)).isTrue();
        }
        // A header with millions of tagged fields.
        ByteBuffer tags = ByteBuffer.allocate(1_000_000);
        tags.putShort(ApiKeys.METADATA.id).putShort((short) 9).putInt(1).putShort((short) -1);
        org.apache.kafka.common.utils.ByteUtils.writeUnsignedVarint(400_000, tags);
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.sendBytes(RawClient.framed(tags.rewind()));
            assertThat(client.closedWithin(SOON)).isTrue();
        }
    }

    @Test
    void frameThatTakesTooLongClosesItsConnection() throws Exception {
        WireConfig config = WireFixture.config()
                .withConnections(
                        new WireConfig.ConnectionLimits(10, 10, Duration.ofMinutes(1), Duration.ofMillis(200), 0));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient client = wire.client()) {
            client.sendBytes(ByteBuffer.allocate(8).putInt(90_000_000).array());
            assertThat(client.closedWithin(SOON)).isTrue();
        }
    }

    @Test
    void lengthAloneDoesNotTakeItsMemory() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.sendBytes(ByteBuffer.allocate(8).putInt(90_000_000).array());
            WireFixture.await("frame begun", () -> wire.gauge("weir_kafka_request_bytes_in_flight") > 0);
            assertThat(wire.gauge("weir_kafka_request_bytes_in_flight")).isEqualTo(90_000_000);
            assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(150_000);
        }
    }

    @Test
    void requestWithoutRecordsMayNotBeAsLongAsOneWith() throws Exception {
        WireConfig.RequestLimits some = WireConfig.RequestLimits.defaults();
        WireConfig config = WireFixture.config()
                .withRequests(new WireConfig.RequestLimits(
                        1_000_000, 20_000, some.maxFields(), 5, 1 << 24, some.maxControlMemoryBytes()));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient other = wire.client();
                RawClient client = wire.client()) {
            other.send(Requests.produce(-1, 500_000), 1);
            assertThat(other.receiveCorrelationId()).isEqualTo(1);
            // The beginning tells: no byte more is waited for.
            ByteBuffer beginning = ByteBuffer.allocate(6).putInt(20_001).putShort(ApiKeys.METADATA.id);
            client.sendBytes(beginning.array());
            assertThat(client.closedWithin(SOON)).isTrue();
            assertThat(wire.counter(
                            "weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "invalid_length"))
                    .isEqualTo(1);
        }
    }
}
