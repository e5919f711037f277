package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

/** Servers and connections that come and go. */
class LifecycleTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.FETCH, ApiKeys.PRODUCE);

    private WireServer server(WireConfig config) {
        return new WireServer(
                config,
                service,
                () -> FeatureLevels.NONE,
                Authenticator.anonymous(),
                new PooledByteBufAllocator(true),
                Time.SYSTEM,
                new PrometheusRegistry());
    }

    @Test
    void takenPortNamesTheSettingAndTheAddress() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            WireConfig config = WireFixture.config()
                    .withListeners(List.of(
                            new WireConfig.Listener("FIRST", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT),
                            new WireConfig.Listener(
                                    "SECOND", "127.0.0.1", taken.getLocalPort(), SecurityProtocol.PLAINTEXT)));
            try (WireServer server = server(config)) {
                assertThatThrownBy(server::bind)
                        .isInstanceOfSatisfying(
                                WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.INVALID))
                        .hasMessageContaining("listeners")
                        .hasMessageContaining("SECOND://127.0.0.1:" + taken.getLocalPort())
                        .hasMessageContaining("in use");
            }
        }
    }

    @Test
    void severalListenersAreToldApart() throws Exception {
        WireConfig config = WireFixture.config()
                .withListeners(List.of(
                        new WireConfig.Listener("INSIDE", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT),
                        new WireConfig.Listener("OUTSIDE", "localhost", 0, SecurityProtocol.PLAINTEXT)));
        try (WireServer server = server(config)) {
            Map<String, InetSocketAddress> bound = server.bind();
            assertThat(bound.keySet()).containsExactly("INSIDE", "OUTSIDE");
            try (RawClient client = new RawClient(Objects.requireNonNull(bound.get("OUTSIDE")))) {
                client.send(Requests.metadata(), 1);
                StubService.Pending call = service.next();
                assertThat(call.call().context().listenerName()).isEqualTo("OUTSIDE");
                call.future().complete(Requests.metadataAnswer(1));
                client.receive();
            }
        }
    }

    @Test
    void connectionsOverTheLimitsAreRefused() throws Exception {
        service.answering(call -> Requests.metadataAnswer(1));
        for (WireConfig.ConnectionLimits limits : List.of(
                new WireConfig.ConnectionLimits(2, 100, SOON, SOON, 0),
                new WireConfig.ConnectionLimits(100, 2, SOON, SOON, 0))) {
            try (WireFixture wire = new WireFixture(WireFixture.config().withConnections(limits), service);
                    RawClient first = wire.client();
                    RawClient second = wire.client()) {
                first.call(Requests.metadata());
                second.call(Requests.metadata());
                try (RawClient third = wire.client()) {
                    assertThat(third.closedWithin(SOON)).isTrue();
                }
                first.close();
                WireFixture.await("room", () -> wire.gauge("weir_kafka_connections") == 1);
                try (RawClient fourth = wire.client()) {
                    fourth.call(Requests.metadata());
                }
                second.call(Requests.metadata());
            }
        }
    }

    @Test
    void idleConnectionIsClosedAndOneThatWaitsForItsAnswerIsNot() throws Exception {
        WireConfig config = WireFixture.config()
                .withConnections(new WireConfig.ConnectionLimits(10, 10, Duration.ofMillis(300), SOON, 0));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient waiting = wire.client();
                RawClient idle = wire.client()) {
            waiting.send(Requests.metadata(), 1);
            StubService.Pending call = service.next();
            assertThat(idle.closedWithin(SOON)).isTrue();
            // Another one lives and dies, and by then the first is idle for twice as long as is allowed.
            try (RawClient later = wire.client()) {
                assertThat(later.closedWithin(SOON)).isTrue();
            }
            WireFixture.await(
                    "counted",
                    () -> wire.counter("weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", "idle")
                            == 2);
            call.future().complete(Requests.metadataAnswer(1));
            assertThat(waiting.receiveCorrelationId()).isEqualTo(1);
        }
    }

    @Test
    void closeLetsRequestsUnderWayFinish() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient busy = wire.client();
                RawClient idle = wire.client()) {
            busy.send(Requests.metadata(), 1);
            StubService.Pending call = service.next();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(wire.server::close);
            assertThat(idle.closedWithin(SOON)).isTrue();
            assertThat(closing).isNotDone();
            assertThatThrownBy(wire::client).isInstanceOf(java.io.IOException.class);
            call.future().complete(Requests.metadataAnswer(1));
            assertThat(busy.receiveCorrelationId()).isEqualTo(1);
            assertThat(busy.closedWithin(SOON)).isTrue();
            closing.get(5, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @Test
    void closeDoesNotWaitForEver() throws Exception {
        Requests.Owner owner = new Requests.Owner();
        WireConfig some = WireFixture.config();
        WireConfig config = new WireConfig(
                some.listeners(),
                1,
                some.nativeTransport(),
                some.sockets(),
                some.connections(),
                some.requests(),
                some.answers(),
                Duration.ofMillis(100));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient client = wire.client()) {
            client.send(Requests.produce(1, 100), 1);
            StubService.Pending call = service.next();
            wire.server.close();
            assertThat(client.closedWithin(SOON)).isTrue();
            assertThat(call.call().frame().refCnt()).isEqualTo(1);
            // The event loops are gone, and still nothing is lost.
            call.future().complete(Requests.fetchAnswer(Requests.leased(owner, 10_000)));
            assertThat(owner.allBack()).isTrue();
            assertThat(call.call().frame().refCnt()).isZero();
        }
    }
}
