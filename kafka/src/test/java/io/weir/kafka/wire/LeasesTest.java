package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.frame.FrameEncoder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.junit.jupiter.api.Test;

/** Leased records come back exactly once, whatever becomes of their answer. */
class LeasesTest {
    private final Requests.Owner owner = new Requests.Owner();
    private final StubService service = StubService.of(ApiKeys.FETCH, ApiKeys.PRODUCE);

    private FetchResponseData answer(int bytes) {
        return Requests.fetchAnswer(Requests.leased(owner, bytes), Requests.leased(owner, bytes));
    }

    @Test
    void afterTheAnswerHasLeft() throws Exception {
        for (int bytes : List.of(1, 100, FrameEncoder.COPY_BYTES, 100_000, 5_000_000)) {
            service.answering(call -> answer(bytes));
            try (WireFixture wire = new WireFixture(service);
                    RawClient client = wire.client()) {
                FetchResponse received = (FetchResponse) client.call(Requests.fetch(1));
                assertThat(received.data()
                                .responses()
                                .get(0)
                                .partitions()
                                .get(1)
                                .records()
                                .sizeInBytes())
                        .isEqualTo(bytes);
                WireFixture.await("leases are back", owner::allBack);
            }
        }
    }

    @Test
    void whenTheConnectionIsGoneBeforeTheResult() throws Exception {
        try (WireFixture wire = new WireFixture(service)) {
            CompletableFuture<ApiMessage> future;
            try (RawClient client = wire.client()) {
                client.send(Requests.fetch(1), 1);
                future = service.next().future();
            }
            WireFixture.await("the service is told that nobody waits", future::isCancelled);
            WireFixture.await("gone", () -> wire.gauge("weir_kafka_connections") == 0);
        }
    }

    @Test
    void whenTheConnectionIsGoneAndTheServiceDoesNotCare() throws Exception {
        CompletableFuture<ApiMessage> result = new CompletableFuture<>();
        service.handling(call -> {
            var _ = service.park(call);
            return new CompletableFuture<ApiMessage>() {
                @Override
                public boolean cancel(boolean interrupt) {
                    return false;
                }

                @Override
                public CompletableFuture<ApiMessage> whenComplete(
                        BiConsumer<? super ApiMessage, ? super Throwable> action) {
                    return result.whenComplete(action);
                }
            };
        });
        try (WireFixture wire = new WireFixture(service)) {
            try (RawClient client = wire.client()) {
                client.send(Requests.fetch(1), 1);
                var _ = service.next();
            }
            WireFixture.await("gone", () -> wire.gauge("weir_kafka_connections") == 0);
            result.complete(answer(100_000));
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    @Test
    void whenAnAnswerWaitsForAnEarlierOneAndTheConnectionGoes() throws Exception {
        try (WireFixture wire = new WireFixture(service)) {
            CompletableFuture<ApiMessage> first;
            try (RawClient client = wire.client()) {
                client.send(Requests.produce(1, 100), 1);
                client.send(Requests.fetch(1), 2);
                first = service.next().future();
                service.next().future().complete(answer(100_000));
                assertThat(owner.allBack()).isFalse();
            }
            WireFixture.await("leases are back", owner::allBack);
            first.complete(Requests.produceAnswer((short) 0));
        }
    }

    @Test
    void whenTheAnswerCannotBeWritten() throws Exception {
        service.answering(call -> {
            FetchResponseData answer = answer(100_000);
            // After records that are already among the pieces: a topic that no version can write.
            answer.setResponses(List.of(
                    answer.responses().get(0), new FetchResponseData.FetchableTopicResponse().setTopicId(null)));
            return answer;
        });
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            assertThat(client.call(Requests.fetch(1)).errorCounts()).containsKey(Errors.UNKNOWN_SERVER_ERROR);
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    @Test
    void whenTheClientLeavesInMidAnswer() throws Exception {
        service.answering(call -> answer(20_000_000));
        try (WireFixture wire = new WireFixture(service)) {
            try (RawClient client = new RawClient(wire.address, 8192)) {
                client.send(Requests.fetch(1), 1);
                client.send(Requests.fetch(1), 2);
                WireFixture.await("under way", () -> owner.leases.get() >= 2);
            }
            WireFixture.await("leases are back", owner::allBack);
        }
    }
}
