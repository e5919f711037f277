package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Call;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.FeatureLevels;
import io.weir.kafka.wire.RawClient;
import io.weir.kafka.wire.Requests;
import io.weir.kafka.wire.StubService;
import io.weir.kafka.wire.WireConfig;
import io.weir.kafka.wire.WireServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records pass from socket to socket without a copy and without a leak. */
class RecordsTest {
    private static MemoryRecords recordsOf(AbstractRequest request) {
        return (MemoryRecords) ((ProduceRequest) request)
                .data()
                .topicData()
                .iterator()
                .next()
                .partitionData()
                .getFirst()
                .records();
    }

    private static LeasedRecords recordsOf(FetchResponseData answer) {
        return (LeasedRecords)
                answer.responses().getFirst().partitions().getFirst().records();
    }

    private static WireServer clientListener(Nodes nodes, io.weir.kafka.Service service) {
        return new WireServer(
                Nodes.config(new WireConfig.Listener("PLAINTEXT", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT)),
                Map.of("PLAINTEXT", service),
                () -> FeatureLevels.NONE,
                Authenticator.anonymous(),
                nodes.callerNetwork,
                Time.SYSTEM,
                new PrometheusRegistry());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 3_000, 100_000, 5_000_000})
    void aProduceIsForwardedByteForByte(int bytes) throws Exception {
        BlockingQueue<ByteBuffer> arrived = new LinkedBlockingQueue<>();
        StubService owner = StubService.of(ApiKeys.PRODUCE).answering(call -> {
            ByteBuffer records = recordsOf(call.request()).buffer();
            assertThat(records.isDirect()).isTrue();
            arrived.add(ByteBuffer.allocate(records.remaining()).put(records).flip());
            return Requests.produceAnswer((short) 0);
        });
        try (Nodes nodes = new Nodes(owner)) {
            StubService proxy = StubService.of(ApiKeys.PRODUCE).handling(nodes.remote::call);
            try (WireServer server = clientListener(nodes, proxy);
                    RawClient client = new RawClient(Nodes.bound(server, "PLAINTEXT"))) {
                for (int i = 0; i < 5; i++) {
                    ProduceRequest request = Requests.produce(-1, bytes);
                    ByteBuffer sent = recordsOf(request).buffer();
                    for (int at = 70; at < sent.limit(); at++) {
                        sent.put(at, (byte) (at * 31 + i));
                    }
                    var answer = (ProduceResponse) client.call(request);
                    assertThat(answer.data().responses()).hasSize(1);
                    assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo(sent);
                }
            }
        }
    }

    @Test
    void theLargestRequestThatAClientMaySendIsForwardedToo() throws Exception {
        ProduceRequest request = Requests.produce(-1, 300_000);
        WireConfig.RequestLimits defaults = WireConfig.RequestLimits.defaults();
        WireConfig.RequestLimits limits = new WireConfig.RequestLimits(
                RawClient.frame(request, 1).length - Integer.BYTES,
                defaults.maxControlBytes(),
                defaults.maxFields(),
                defaults.maxInFlight(),
                defaults.maxInFlightBytes(),
                defaults.maxControlMemoryBytes());
        StubService owner = StubService.of(ApiKeys.PRODUCE).answering(call -> Requests.produceAnswer((short) 0));
        Optional<ClusterSecret> secret = Optional.of(Nodes.SECRET);
        try (Nodes nodes = new Nodes(owner, RemoteConfig.defaults(), secret, secret, limits)) {
            assertThat(nodes.remote.call(Nodes.call(request)).get(10, TimeUnit.SECONDS))
                    .isNotNull();
        }
    }

    @Test
    void anUnacknowledgedProduceTellsItsErrorToTheCallerAlone() throws Exception {
        StubService owner = StubService.of(ApiKeys.PRODUCE)
                .answering(call -> Requests.produceAnswer(
                        (short) (recordsOf(call.request()).sizeInBytes() > 1000 ? 6 : 0)));
        try (Nodes nodes = new Nodes(owner)) {
            var bad = nodes.remote.call(Nodes.call(Requests.produce(0, 2000)));
            var good = nodes.remote.call(Nodes.call(Requests.produce(0, 10)));
            assertThat(((ProduceResponseData) bad.get(10, TimeUnit.SECONDS))
                            .responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst()
                            .errorCode())
                    .isEqualTo((short) 6);
            assertThat(good.get(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(nodes.counter("weir_internal_client_connects", "result", "ready"))
                    .isEqualTo(1);
        }
    }

    @Test
    void recordsOfAFetchAreLeasedUntilTheyAreReleased() throws Exception {
        Requests.Owner owner = new Requests.Owner();
        StubService service = StubService.of(ApiKeys.FETCH)
                .answering(call ->
                        Requests.fetchAnswer(Requests.leased(owner, ((FetchRequest) call.request()).maxBytes())));
        try (Nodes nodes = new Nodes(service)) {
            List<LeasedRecords> held = new ArrayList<>();
            for (int bytes : List.of(1, 3_000, 100_000, 20_000_000)) {
                var answer = (FetchResponseData)
                        nodes.remote.call(Nodes.call(Requests.fetch(bytes))).get(20, TimeUnit.SECONDS);
                held.add(recordsOf(answer));
            }
            Nodes.await("the owner has its leases back", owner::allBack);
            assertThat(nodes.gauge(nodes.callerFigures, "weir_internal_client_answer_bytes"))
                    .isGreaterThan(20_000_000);
            for (LeasedRecords records : held) {
                int at = 0;
                for (ByteBuffer part : records.buffers()) {
                    assertThat(part.isDirect()).isTrue();
                    for (int i = part.position(); i < part.limit(); i++) {
                        if (part.get(i) != (byte) at++) {
                            throw new AssertionError("byte " + (at - 1) + " of " + records.sizeInBytes());
                        }
                    }
                }
                assertThat(at).isEqualTo(records.sizeInBytes());
                records.release();
            }
            Nodes.await(
                    "the room is free",
                    () -> nodes.gauge(nodes.callerFigures, "weir_internal_client_answer_bytes") == 0);
        }
    }

    @Test
    void answersWaitOutsideWhenTheirRoomIsTaken() throws Exception {
        RemoteConfig defaults = RemoteConfig.defaults();
        RemoteConfig config = new RemoteConfig(
                defaults.connections(),
                defaults.maxInFlightRequests(),
                defaults.maxInFlightBytes(),
                defaults.maxAnswerBytes(),
                8 << 20,
                defaults.requestTimeout(),
                defaults.connectTimeout(),
                defaults.backoff(),
                defaults.writeBufferBytes());
        Requests.Owner owner = new Requests.Owner();
        StubService service =
                StubService.of(ApiKeys.FETCH).answering(call -> Requests.fetchAnswer(Requests.leased(owner, 1 << 20)));
        try (Nodes nodes = new Nodes(service, config)) {
            BlockingQueue<LeasedRecords> came = new LinkedBlockingQueue<>();
            int fetches = 64;
            for (int i = 0; i < fetches; i++) {
                var _ = nodes.remote
                        .call(Nodes.call(Requests.fetch(1 << 20)))
                        .thenAccept(answer -> came.add(recordsOf((FetchResponseData) answer)));
            }
            Nodes.await("some came", () -> came.size() >= 3);
            for (int i = 0; i < fetches; i++) {
                assertThat(nodes.gauge(nodes.callerFigures, "weir_internal_client_answer_bytes"))
                        .isLessThanOrEqualTo((8 << 20) + (2 << 20));
                LeasedRecords records = came.poll(10, TimeUnit.SECONDS);
                assertThat(records).isNotNull();
                records.release();
            }
            Nodes.await("the owner has its leases back", owner::allBack);
        }
    }

    @Test
    void aFrameLivesUntilItIsWrittenThoughItsCallIsCancelled() throws Exception {
        StubService service = StubService.of(ApiKeys.PRODUCE);
        try (Nodes nodes = new Nodes(service)) {
            ByteBuf frame = nodes.callerBuffers.directBuffer(200_000);
            ProduceRequest request = Requests.produce(-1, 100_000);
            MemoryRecords heap = recordsOf(request);
            frame.writeBytes(heap.buffer());
            request.data()
                    .topicData()
                    .iterator()
                    .next()
                    .partitionData()
                    .getFirst()
                    .setRecords(MemoryRecords.readableRecords(frame.nioBuffer()));
            Call call = Nodes.call(request, frame);
            var first = nodes.remote.call(call);
            first.cancel(false);
            frame.release();
            // Whether it was sent or not, nothing of it is left in the end: see the fixture's close.
            Nodes.await("it is forgotten", () -> frame.refCnt() == 0);
            Nodes.await("its slot is free", () -> nodes.inFlight() == 0);
        }
    }
}
