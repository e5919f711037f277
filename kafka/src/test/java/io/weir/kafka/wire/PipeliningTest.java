package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;

/** Several requests of one connection under way at once. */
class PipeliningTest {
    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH);

    @Test
    void answersLeaveInRequestOrderWhenTheirResultsComeInReverse() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            List<StubService.Pending> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                client.send(Requests.fetch(1), i);
                calls.add(service.next());
            }

            for (int i = 19; i >= 0; i--) {
                calls.get(i).future().complete(Requests.numberedAnswer(100 + i));
            }

            for (int i = 0; i < 20; i++) {
                FetchResponse answer = (FetchResponse) client.receive(Requests.fetch(1), i);
                assertThat(answer.data().sessionId()).isEqualTo(100 + i);
            }
        }
    }

    @Test
    void manySmallFramesInOneWriteAreAllAnswered() throws Exception {
        AtomicInteger count = new AtomicInteger();
        service.answering(call -> Requests.metadataAnswer(count.getAndIncrement()));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 5000; i++) {
                frames.write(RawClient.frame(Requests.metadata(), i));
            }
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.sendBytes(frames.toByteArray());
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            for (int i = 0; i < 5000; i++) {
                MetadataResponse answer = (MetadataResponse) client.receive(Requests.metadata(), i);
                assertThat(answer.data().controllerId()).isEqualTo(i);
            }
            sender.join();
            assertThat(wire.counter("weir_kafka_requests", "api", "Metadata")).isEqualTo(5000);
            WireFixture.await(
                    "latencies", () -> wire.observations("weir_kafka_request_seconds", "api", "Metadata") == 5000);
        }
    }

    @Test
    void noMoreRequestsThanTheBoundAreUnderWay() throws Exception {
        WireConfig config = WireFixture.config().withRequests(WireFixture.requests(1 << 20, 3, 1 << 24));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient client = wire.client()) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 10; i++) {
                frames.write(RawClient.frame(Requests.fetch(1), i));
            }
            client.sendBytes(frames.toByteArray());
            for (int i = 0; i < 10; i++) {
                StubService.Pending call = service.next();
                WireFixture.await("three at most", () -> service.waiting() <= 2);
                assertThat(wire.gauge("weir_kafka_requests_in_flight")).isLessThanOrEqualTo(3);
                call.future().complete(Requests.numberedAnswer(i));
                assertThat(client.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    @Test
    void produceWithoutAcksIsNotAnsweredAndKeepsItsPlace() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.send(Requests.fetch(1), 1);
            client.send(Requests.produce(0, 100), 2);
            client.send(Requests.fetch(1), 3);
            StubService.Pending first = service.next();
            StubService.Pending silent = service.next();
            StubService.Pending last = service.next();

            last.future().complete(Requests.numberedAnswer(3));
            silent.future().complete(null);
            first.future().complete(Requests.numberedAnswer(1));

            assertThat(client.receiveCorrelationId()).isEqualTo(1);
            assertThat(client.receiveCorrelationId()).isEqualTo(3);
        }
    }

    @Test
    void otherRequestsAreOneAtATime() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client();
                RawClient other = wire.client()) {
            client.send(Requests.fetch(1), 1);
            client.send(Requests.metadata(), 2);
            client.send(Requests.fetch(1), 3);
            client.send(Requests.fetch(1), 4);
            StubService.Pending fetch = service.next();
            other.send(Requests.metadata(), 1);
            StubService.Pending ofOther = service.next();
            ofOther.future().complete(Requests.metadataAnswer(9));
            assertThat(other.receiveCorrelationId()).isEqualTo(1);
            assertThat(service.waiting()).as("behind a fetch").isZero();

            fetch.future().complete(Requests.numberedAnswer(1));
            StubService.Pending metadata = service.next();
            assertThat(metadata.call().api()).isEqualTo(ApiKeys.METADATA);
            other.send(Requests.metadata(), 2);
            service.next().future().complete(Requests.metadataAnswer(9));
            assertThat(service.waiting()).as("before a fetch").isZero();

            metadata.future().complete(Requests.metadataAnswer(2));
            service.next().future().complete(Requests.numberedAnswer(3));
            service.next().future().complete(Requests.numberedAnswer(4));
            for (int i = 1; i <= 4; i++) {
                assertThat(client.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    @Test
    void failedProduceWithoutAcksClosesTheConnection() throws Exception {
        service.handling(call -> CompletableFuture.failedFuture(new TopicAuthorizationException("no")));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.send(Requests.produce(0, 100), 2);
            assertThat(client.closedWithin(Duration.ofSeconds(5))).isTrue();
        }
        service.answering(call -> Requests.produceAnswer(Errors.NOT_LEADER_OR_FOLLOWER.code()));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.send(Requests.produce(0, 100), 2);
            assertThat(client.closedWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void failureIsAnsweredInTheFormOfTheRequest() throws Exception {
        ProduceRequest request = Requests.produce(-1, 100);
        record Case(Throwable failure, Errors expected) {}
        List<Case> cases = List.of(
                new Case(
                        new CompletionException(new TopicAuthorizationException("no")),
                        Errors.TOPIC_AUTHORIZATION_FAILED),
                new Case(new IllegalStateException("a bug"), Errors.UNKNOWN_SERVER_ERROR),
                new Case(new WeirException(FaultKind.UNAVAILABLE, "disk away"), Errors.KAFKA_STORAGE_ERROR),
                new Case(new WeirException(FaultKind.FENCED, "moved"), Errors.NOT_LEADER_OR_FOLLOWER));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            for (Case one : cases) {
                client.send(request, 9);
                service.next().future().completeExceptionally(one.failure());
                ProduceResponse answer = (ProduceResponse) client.receive(request, 9);
                assertThat(answer.errorCounts()).containsOnlyKeys(one.expected());
                assertThat(wire.counter(
                                "weir_kafka_errors",
                                "api",
                                "Produce",
                                "error",
                                one.expected().name()))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void servicesThatMisbehaveCostOneErrorAnswer() throws Exception {
        MetadataRequest request = new MetadataRequest.Builder(List.of("orders"), true).build();
        List<
                        java.util.function.Function<
                                io.weir.kafka.Call,
                                CompletableFuture<? extends org.apache.kafka.common.protocol.ApiMessage>>>
                misbehaviours = List.of(
                        call -> {
                            throw new IllegalStateException("threw");
                        },
                        call -> CompletableFuture.completedFuture(null),
                        // A field that no version has with such a value: the writer refuses.
                        call -> CompletableFuture.completedFuture(new MetadataResponseData()
                                .setTopics(new MetadataResponseData.MetadataResponseTopicCollection(
                                        List.of(new MetadataResponseData.MetadataResponseTopic().setPartitions(null))
                                                .iterator()))));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            for (var misbehaviour : misbehaviours) {
                service.handling(misbehaviour);
                MetadataResponse answer = (MetadataResponse) client.call(request);
                assertThat(answer.errorCounts()).containsKey(Errors.UNKNOWN_SERVER_ERROR);
            }
            service.answering(call -> Requests.metadataAnswer(5));
            assertThat(((MetadataResponse) client.call(request)).data().controllerId())
                    .isEqualTo(5);
        }
    }

    @Test
    void callTellsWhereItCameFrom() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.send(Requests.metadata(), 1);
            StubService.Pending pending = service.next();

            assertThat(pending.call().localAddress()).isEqualTo(wire.address);
            assertThat(pending.call().context().clientPort).contains(client.localPort());
            assertThat(pending.call().context().clientId()).isEqualTo("raw-client");
            assertThat(pending.call().context().listenerName()).isEqualTo("PLAINTEXT");
            assertThat(pending.call().context().principal.getName()).isEqualTo("ANONYMOUS");
            pending.future().complete(Requests.metadataAnswer(1));
            client.receive();
        }
    }

    @Test
    void frameLivesAsLongAsItsRecordsAreAtWork() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.send(Requests.produce(1, 100), 1);
            StubService.Pending pending = service.next();
            assertThat(pending.call().frame().refCnt()).isEqualTo(1);
            pending.future().complete(Requests.produceAnswer((short) 0));
            client.receive();
            WireFixture.await("frame is let go", () -> pending.call().frame().refCnt() == 0);
        }
    }
}
