package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import io.netty.util.ResourceLeakDetector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.secret.NodeAuthentication;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.FeatureLevels;
import io.weir.kafka.wire.Network;
import io.weir.kafka.wire.WireConfig;
import io.weir.kafka.wire.WireServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;

/**
 * Two nodes in one process: one with a listener for clients and connections to the other, which has a listener for nodes. At
 * its close comes the proof that every buffer of either is back.
 */
final class Nodes implements AutoCloseable {
    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    static final KafkaPrincipal ALICE = new KafkaPrincipal("User", "alice", true);
    static final ClusterSecret SECRET = new ClusterSecret("a secret that nobody knows");

    final PooledByteBufAllocator callerBuffers = allocator();
    final PooledByteBufAllocator calledBuffers = allocator();
    final PrometheusRegistry callerFigures = new PrometheusRegistry();
    final PrometheusRegistry calledFigures = new PrometheusRegistry();
    final Network callerNetwork = network(callerBuffers);
    final Network calledNetwork = network(calledBuffers);
    final RemoteServices remotes;
    final Service remote;
    final InetSocketAddress address;
    private WireServer called;

    private static PooledByteBufAllocator allocator() {
        return new PooledByteBufAllocator(true, 1, 1, 8192, 9, 64, 32, true);
    }

    private static Network network(PooledByteBufAllocator allocator) {
        return new Network(2, !Boolean.getBoolean("weir.test.nio"), allocator);
    }

    Nodes(Service service) {
        this(service, RemoteConfig.defaults());
    }

    Nodes(Service service, RemoteConfig config) {
        this(service, config, Optional.of(SECRET), Optional.of(SECRET), WireConfig.RequestLimits.defaults());
    }

    Nodes(
            Service service,
            RemoteConfig config,
            Optional<ClusterSecret> callersSecret,
            Optional<ClusterSecret> calledSecret,
            WireConfig.RequestLimits limits) {
        called = server(service, calledSecret, limits, 0, calledFigures);
        address = bound(called, "INTERNAL");
        remotes = new RemoteServices(config, callersSecret, callerNetwork, Time.SYSTEM, new Random(7), callerFigures);
        remote = remotes.to(address);
    }

    private WireServer server(
            Service service,
            Optional<ClusterSecret> secret,
            WireConfig.RequestLimits limits,
            int port,
            PrometheusRegistry registry) {
        return new WireServer(
                config(WireConfig.Listener.forNodes("INTERNAL", "127.0.0.1", port))
                        .withRequests(limits),
                Map.of("INTERNAL", service),
                () -> FeatureLevels.NONE,
                NodeAuthentication.factory(secret, Authenticator.anonymous(), Time.SYSTEM),
                calledNetwork,
                Time.SYSTEM,
                registry);
    }

    /** Listens, and tells where. */
    static InetSocketAddress bound(WireServer server, String listener) {
        return Objects.requireNonNull(server.bind().get(listener));
    }

    static WireConfig config(WireConfig.Listener listener) {
        WireConfig defaults = WireConfig.defaults();
        return new WireConfig(
                List.of(listener),
                2,
                true,
                defaults.sockets(),
                defaults.connections(),
                defaults.requests(),
                defaults.answers(),
                Duration.ofMillis(100));
    }

    /** The node that is called ends, whatever is under way. */
    void stopCalled() {
        called.close();
    }

    /** It comes back at the same address. */
    void restartCalled(Service service) {
        called = server(
                service,
                Optional.of(SECRET),
                WireConfig.RequestLimits.defaults(),
                address.getPort(),
                new PrometheusRegistry());
        bound(called, "INTERNAL");
    }

    static RequestContext context(AbstractRequest request, String connectionId) {
        return new RequestContext(
                new RequestHeader(request.apiKey(), request.version(), "app-1", 42),
                connectionId,
                InetAddress.ofLiteral("10.1.2.3"),
                Optional.of(50123),
                ALICE,
                new ListenerName("EXTERNAL"),
                SecurityProtocol.SASL_SSL,
                new ClientInformation("librdkafka", "2.8.0"),
                false);
    }

    static Call call(AbstractRequest request) {
        return call(request, Unpooled.EMPTY_BUFFER);
    }

    static Call call(AbstractRequest request, ReferenceCounted frame) {
        return new Call(
                context(request, "c-1"), request, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092), frame);
    }

    double gauge(PrometheusRegistry registry, String name) {
        return registry.scrape(name::equals).stream()
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .sum();
    }

    double counter(String name, String... labels) {
        return callerFigures.scrape(name::equals).stream()
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(Labels.of(labels)))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    double inFlight() {
        return gauge(callerFigures, "weir_internal_client_requests_in_flight");
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() {
        remotes.close();
        called.close();
        await("no request is in flight", () -> inFlight() == 0);
        assertThat(gauge(callerFigures, "weir_internal_client_request_bytes_in_flight"))
                .isZero();
        assertThat(gauge(callerFigures, "weir_internal_client_connections")).isZero();
        await("every buffer of the caller is back", () -> callerBuffers.pinnedDirectMemory() == 0);
        await("every buffer of the called is back", () -> calledBuffers.pinnedDirectMemory() == 0);
        assertThat(gauge(callerFigures, "weir_internal_client_answer_bytes")).isZero();
        callerNetwork.close();
        calledNetwork.close();
    }
}
