package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchResponse;
import org.junit.jupiter.api.Test;

/** Where there is no epoll, Java's own selector does the same. */
class NioTransportTest {
    @Test
    void framesAndRecordsOfAnySizeGoThrough() throws Exception {
        Requests.Owner owner = new Requests.Owner();
        StubService service = StubService.of(ApiKeys.PRODUCE, ApiKeys.FETCH)
                .answering(call -> call.api() == ApiKeys.PRODUCE
                        ? Requests.produceAnswer((short) 0)
                        : Requests.fetchAnswer(Requests.leased(
                                owner, ((org.apache.kafka.common.requests.FetchRequest) call.request()).maxBytes())));
        WireConfig some = WireFixture.config();
        WireConfig config = new WireConfig(
                some.listeners(),
                1,
                false,
                some.sockets(),
                some.connections(),
                some.requests(),
                some.answers(),
                some.closeTimeout());
        try (WireFixture wire = new WireFixture(config, service);
                RawClient client = wire.client()) {
            for (int bytes : List.of(10, 5_000, 100_000, 3_000_000)) {
                // Beside the reading: who only sends is stopped by the answers that he does not take.
                Thread sender = Thread.ofVirtual().start(() -> sendPairs(client, bytes));
                for (int i = 0; i < 5; i++) {
                    assertThat(client.receiveCorrelationId()).isEqualTo(i);
                    FetchResponse answer = (FetchResponse) client.receive(Requests.fetch(bytes), 100 + i);
                    assertThat(answer.data()
                                    .responses()
                                    .get(0)
                                    .partitions()
                                    .get(0)
                                    .records()
                                    .sizeInBytes())
                            .isEqualTo(bytes);
                }
                sender.join();
            }
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    private static void sendPairs(RawClient client, int bytes) {
        try {
            for (int i = 0; i < 5; i++) {
                client.send(Requests.produce(1, bytes), i);
                client.send(Requests.fetch(bytes), 100 + i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
