package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.kafka.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;

/** A server on a free port of the loopback, and at its close the proof that every buffer came back. */
final class WireFixture implements AutoCloseable {
    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 1, 1, 8192, 9, 64, 32, true);
    final PrometheusRegistry registry = new PrometheusRegistry();
    final WireServer server;
    final InetSocketAddress address;

    WireFixture(Service service) {
        this(config(), service, Authenticator.anonymous());
    }

    WireFixture(WireConfig config, Service service) {
        this(config, service, Authenticator.anonymous());
    }

    WireFixture(WireConfig config, Service service, Authenticator.Factory authenticators) {
        server = new WireServer(
                config, service, () -> FeatureLevels.NONE, authenticators, allocator, Time.SYSTEM, registry);
        address = Objects.requireNonNull(server.bind().get("PLAINTEXT"));
    }

    static WireConfig config() {
        WireConfig defaults = WireConfig.defaults();
        return new WireConfig(
                List.of(new WireConfig.Listener("PLAINTEXT", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT)),
                2,
                !Boolean.getBoolean("weir.test.nio"),
                defaults.sockets(),
                defaults.connections(),
                defaults.requests(),
                defaults.answers(),
                Duration.ofSeconds(2));
    }

    static WireConfig.RequestLimits requests(int maxBytes, int maxInFlight, long maxInFlightBytes) {
        WireConfig.RequestLimits defaults = WireConfig.RequestLimits.defaults();
        return new WireConfig.RequestLimits(
                maxBytes,
                defaults.maxControlBytes(),
                defaults.maxFields(),
                maxInFlight,
                maxInFlightBytes,
                defaults.maxControlMemoryBytes());
    }

    RawClient client() throws IOException {
        return new RawClient(address);
    }

    double gauge(String name) {
        return registry.scrape(name::equals).stream()
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .sum();
    }

    double counter(String name, String... labels) {
        return registry.scrape(name::equals).stream()
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(Labels.of(labels)))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    long observations(String name, String... labels) {
        return registry.scrape(name::equals).stream()
                .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(Labels.of(labels)))
                .mapToLong(HistogramSnapshot.HistogramDataPointSnapshot::getCount)
                .sum();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() {
        server.close();
        assertThat(gauge("weir_kafka_connections")).as("open connections").isZero();
        await("every buffer is back", () -> allocator.pinnedDirectMemory() == 0);
        assertThat(gauge("weir_kafka_request_bytes_in_flight"))
                .as("reserved bytes")
                .isZero();
        assertThat(gauge("weir_kafka_control_bytes_in_flight"))
                .as("reserved memory")
                .isZero();
        assertThat(gauge("weir_kafka_answer_bytes_unsent")).as("answers").isZero();
        assertThat(gauge("weir_kafka_requests_in_flight")).as("requests").isZero();
    }
}
