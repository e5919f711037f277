package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.frame.FrameReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchResponse;
import org.junit.jupiter.api.Test;

/** Clients that take too little or ask for too much. */
class BackPressureTest {
    private final Requests.Owner owner = new Requests.Owner();
    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH);

    @Test
    void clientThatNeverReadsHoldsLittleAndDisturbsNobody() throws Exception {
        AtomicInteger fetches = new AtomicInteger();
        service.answering(call -> {
            if (call.api() == ApiKeys.METADATA) {
                return Requests.metadataAnswer(1);
            }
            fetches.incrementAndGet();
            return Requests.fetchAnswer(Requests.leased(owner, 1_000_000));
        });
        try (WireFixture wire = new WireFixture(service);
                RawClient other = wire.client();
                RawClient deaf = new RawClient(wire.address, 8192)) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        deaf.send(Requests.fetch(1_000_000), i);
                    }
                } catch (IOException e) {
                    // It is closed below, in mid-request.
                }
            });
            WireFixture.await("first answers", () -> fetches.get() > 0);
            for (int i = 0; i < 2000; i++) {
                other.call(Requests.metadata());
            }

            // The watermark of 1 MiB, what the socket took, and the one answer that goes over.
            assertThat(fetches.get()).isLessThan(12);
            assertThat(owner.refCnt() - 1).isLessThan(6);
            assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(1_000_000);
            deaf.close();
            sender.join();
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    @Test
    void whoTakesNoAnswersForTooLongIsClosed() throws Exception {
        service.answering(call -> Requests.fetchAnswer(Requests.leased(owner, 8_000_000)));
        WireConfig config = WireFixture.config()
                .withConnections(
                        new WireConfig.ConnectionLimits(10, 10, Duration.ofMinutes(1), Duration.ofMillis(300), 0));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient deaf = new RawClient(wire.address, 8192)) {
            deaf.send(Requests.fetch(1), 1);
            WireFixture.await(
                    "stalled connection closed",
                    () -> wire.counter("weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "stalled")
                            == 1);
            WireFixture.await("lease is back", owner::allBack);
        }
    }

    @Test
    void slowReaderGetsEverything() throws Exception {
        service.answering(call -> Requests.fetchAnswer(Requests.leased(owner, 3_000_000), Requests.leased(owner, 777)));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = new RawClient(wire.address, 16 * 1024)) {
            for (int i = 0; i < 20; i++) {
                client.send(Requests.fetch(1), i);
            }
            for (int i = 0; i < 20; i++) {
                FetchResponse answer = (FetchResponse) client.receive(Requests.fetch(1), i);
                var records = (org.apache.kafka.common.record.internal.MemoryRecords)
                        answer.data().responses().get(0).partitions().get(0).records();
                assertThat(records.sizeInBytes()).isEqualTo(3_000_000);
                for (int at = 0; at < 3_000_000; at += 997) {
                    assertThat(records.buffer().get(at)).isEqualTo((byte) at);
                }
            }
            WireFixture.await("leases are back", owner::allBack);
            assertThat(owner.leases).hasValue(40);
        }
    }

    @Test
    void fetchesUnderWayMayNotAskForMoreThanTheBound() throws Exception {
        WireConfig config = WireFixture.config().withAnswers(new WireConfig.AnswerLimits(10_000_000, 1 << 20, 1 << 28));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient client = wire.client()) {
            for (int i = 0; i < 6; i++) {
                client.send(Requests.fetch(4_000_000), i);
            }
            List<StubService.Pending> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(service.next());
            }
            assertThat(wire.gauge("weir_kafka_requests_in_flight")).isEqualTo(3);
            for (int i = 0; i < 6; i++) {
                calls.get(i).future().complete(Requests.fetchAnswer());
                assertThat(client.receiveCorrelationId()).isEqualTo(i);
                if (calls.size() < 6) {
                    calls.add(service.next());
                }
            }
        }
    }

    @Test
    void framesWaitForTheBudgetAndAllGetThrough() throws Exception {
        int limit = 4 * FrameReader.FIRST_STEP_BYTES;
        WireConfig config = WireFixture.config().withRequests(WireFixture.requests(10_000_000, 64, limit));
        service.handling(call -> call.api() == ApiKeys.PRODUCE
                ? service.park(call)
                : CompletableFuture.completedFuture(Requests.metadataAnswer(1)));
        byte[] frame = RawClient.frame(Requests.produce(1, 5_000_000), 1);
        try (WireFixture wire = new WireFixture(config, service);
                RawClient small = wire.client()) {
            List<RawClient> clients = new ArrayList<>();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RawClient client = wire.client();
                clients.add(client);
                senders.add(Thread.ofVirtual().start(() -> sendAll(client, frame)));
            }
            for (int i = 0; i < 8; i++) {
                StubService.Pending call = service.next();
                // Small requests of others do not wait, and in the meantime no large one gets in.
                for (int j = 0; j < 100; j++) {
                    small.call(Requests.metadata());
                    assertThat(wire.gauge("weir_kafka_request_bytes_in_flight"))
                            .isLessThanOrEqualTo(limit + 10_000_000);
                    assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(limit + 15_000_000);
                }
                call.future().complete(Requests.produceAnswer((short) 0));
            }
            for (RawClient client : clients) {
                assertThat(client.receiveCorrelationId()).isEqualTo(1);
                client.close();
            }
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    private static void sendAll(RawClient client, byte[] frame) {
        try {
            client.sendBytes(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void answersThatCannotLeaveWaitUnencoded() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient other = wire.client();
                RawClient deaf = new RawClient(wire.address, 8192)) {
            List<StubService.Pending> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                deaf.send(Requests.produce(1, 10), i);
                calls.add(service.next());
            }
            for (StubService.Pending call : calls) {
                ProduceResponseData answer = Requests.produceAnswer((short) 1);
                for (int i = 0; i < 8; i++) {
                    answer.responses()
                            .add(new ProduceResponseData.TopicProduceResponse()
                                    .setName(i + "x".repeat(Short.MAX_VALUE - 1)));
                }
                call.future().complete(answer);
            }
            service.answering(call -> Requests.metadataAnswer(1));
            for (int i = 0; i < 500; i++) {
                other.call(Requests.metadata());
            }

            // 60 answers of 256 KiB are there; the watermark of 1 MiB and one more are encoded.
            assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(2_500_000);
            for (int i = 0; i < 60; i++) {
                ByteBuffer answer = deaf.receive();
                assertThat(answer.getInt()).isEqualTo(i);
                assertThat(answer.remaining()).isGreaterThan(8 * (Short.MAX_VALUE - 1));
            }
        }
    }
}
