package io.weir.coordinator;

import io.netty.buffer.Unpooled;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.kafka.Call;
import io.weir.log.Partitions;
import io.weir.log.fake.FakePartitions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One coordinator node over logs in memory, with a topic {@code orders} of three partitions. */
final class Fixture implements AutoCloseable {
    static final Uuid OFFSETS_ID = new Uuid(7, 7);
    static final Uuid ORDERS_ID = new Uuid(8, 8);
    static final String ORDERS = "orders";
    static final TopicPartition OFFSETS_0 = new TopicPartition(InternalTopics.OFFSETS, 0);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    final FakeCluster cluster = new FakeCluster();
    final FakePartitions<FakePartition> partitions = new FakePartitions<>();
    PrometheusRegistry registry = new PrometheusRegistry();
    GroupCoordinatorRole role;
    CoordinatorService service;
    private final Map<String, Object> settings = new HashMap<>();
    private final Partitions logs;

    Fixture() {
        this(Map.of());
    }

    Fixture(Map<String, ?> overrides) {
        this(overrides, null);
    }

    /** Over other logs than {@link #partitions}, which the test then opens and closes itself. */
    Fixture(Map<String, ?> overrides, @Nullable Partitions others) {
        logs = others == null ? partitions : others;
        settings.put("group.initial.rebalance.delay.ms", 0);
        settings.put("group.consumer.assignment.interval.ms", 0);
        settings.put("group.coordinator.threads", 1);
        settings.put("group.coordinator.background.threads", 1);
        settings.put("weir.group.lag.interval.ms", 0);
        settings.putAll(overrides);
        role = newRole();
        service = new CoordinatorService(role.groups(), cluster);
    }

    private GroupCoordinatorRole newRole() {
        return new GroupCoordinatorRole(
                FakeCluster.NODE,
                CoordinatorConfig.from(settings),
                logs,
                new LocalEndOffsets(logs),
                registry,
                Time.SYSTEM);
    }

    /** Both topics are there, the only offsets partition is open here and loaded. */
    static Fixture ready() throws Exception {
        return ready(Map.of());
    }

    static Fixture ready(Map<String, ?> overrides) throws Exception {
        Fixture fixture = new Fixture(overrides);
        fixture.openOffsets(0);
        fixture.apply(FakeCluster.topic(ORDERS, ORDERS_ID, 3, FakeCluster.NODE));
        fixture.apply(FakeCluster.topic(InternalTopics.OFFSETS, OFFSETS_ID, 1, FakeCluster.NODE));
        fixture.awaitLoaded();
        return fixture;
    }

    /** As after kill and start: the log keeps what was committed, everything else is new. */
    void restart() throws Exception {
        role.close();
        cluster.change(FakeCluster.leader(OFFSETS_ID, 0, FakeCluster.NODE));
        partitions.add(offsetsLog().reopened(offsetsEpoch()));
        registry = new PrometheusRegistry();
        role = newRole();
        service = new CoordinatorService(role.groups(), cluster);
        FakeCluster.Change everything = cluster.everything();
        role.onImage(everything.delta(), everything.image()).get(20, TimeUnit.SECONDS);
        awaitLoaded();
    }

    /** The leader epoch of the offsets partition, as the cluster knows it. */
    int offsetsEpoch() {
        return cluster.image().topics().getPartition(OFFSETS_ID, 0).leaderEpoch;
    }

    FakePartition openOffsets(int epoch) {
        return partitions.add(new FakePartition(new TopicIdPartition(OFFSETS_ID, OFFSETS_0), epoch));
    }

    FakePartition offsetsLog() {
        return partitions.get(OFFSETS_0);
    }

    void apply(FakeCluster.Edit edit) throws Exception {
        FakeCluster.Change change = cluster.change(edit);
        role.onImage(change.delta(), change.image()).get(20, TimeUnit.SECONDS);
    }

    void awaitLoaded() {
        await(() -> offsetsLog().watchers() > 0);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not become true in time");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Sends a request at a version and checks that its answer can be written at that version. */
    <T extends ApiMessage> T send(Class<T> answer, AbstractRequest request) throws Exception {
        try {
            return sendAsync(answer, request).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    <T extends ApiMessage> CompletableFuture<T> sendAsync(Class<T> answer, AbstractRequest request) {
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), "test-client", 1);
        RequestContext context = new RequestContext(
                header,
                "connection",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
        // As from the wire: what a version cannot say is not there.
        AbstractRequest parsed = AbstractRequest.parseRequest(
                        request.apiKey(),
                        request.version(),
                        MessageUtil.toByteBufferAccessor(request.data(), request.version()))
                .request;
        Call call = new Call(context, parsed, new InetSocketAddress(9092), Unpooled.EMPTY_BUFFER);
        return service.call(call).thenApply(message -> {
            MessageUtil.toByteBufferAccessor(message, request.version());
            return answer.cast(message);
        });
    }

    static boolean isPending(CompletableFuture<?> future) throws Exception {
        try {
            future.get(300, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException expected) {
            return true;
        }
    }

    OptionalDouble gauge(String name, Labels labels) {
        List<Double> values = new ArrayList<>();
        registry.scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getPrometheusName().equals(name))
                .filter(GaugeSnapshot.class::isInstance)
                .flatMap(snapshot -> ((GaugeSnapshot) snapshot).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(labels))
                .forEach(point -> values.add(point.getValue()));
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(values.getFirst());
    }

    double counter(String name, Labels labels) {
        return registry.scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getPrometheusName().equals(name))
                .flatMap(snapshot ->
                        ((io.prometheus.metrics.model.snapshots.CounterSnapshot) snapshot).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(labels))
                .mapToDouble(point -> point.getValue())
                .sum();
    }

    @Override
    public void close() {
        role.close();
    }
}
