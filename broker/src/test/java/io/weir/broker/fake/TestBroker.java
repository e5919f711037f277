package io.weir.broker.fake;

import io.netty.util.ReferenceCounted;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.weir.broker.BrokerConfig;
import io.weir.broker.BrokerService;
import io.weir.broker.lookup.LeaderEndpoints;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.utils.Time;

/**
 * Node 1 of two, with a topic {@code orders} of which it owns partitions 0 and 1 and node 2 owns partition 2, all
 * under epoch 5. Requests and answers go through their bytes, at the version under test.
 */
public final class TestBroker implements AutoCloseable {
    public static final Uuid ORDERS = new Uuid(1, 1);
    public static final TopicPartition FIRST = new TopicPartition("orders", 0);
    public static final TopicPartition SECOND = new TopicPartition("orders", 1);

    public final FakeCluster cluster = new FakeCluster();
    public final AskedPartitions partitions = new AskedPartitions();
    public final ManualTimer timer = new ManualTimer();
    public final PrometheusRegistry registry = new PrometheusRegistry();
    public final BrokerMetrics metrics;
    public final BrokerService service;
    public final FakePartition first;
    public final FakePartition second;
    /** The connection of the calls. */
    public volatile String connectionId = "1";
    /** The client id of the calls. */
    public volatile String clientId = "test-client";

    public TestBroker() {
        this(BrokerConfig.defaults(), Runnable::run);
    }

    public TestBroker(BrokerConfig config, Executor executor) {
        cluster.apply(
                FakeCluster.broker(1),
                FakeCluster.broker(2),
                FakeCluster.topic("orders", ORDERS),
                FakeCluster.partition(ORDERS, 0, 1, 5),
                FakeCluster.partition(ORDERS, 1, 1, 5),
                FakeCluster.partition(ORDERS, 2, 2, 5));
        first = partitions.add(new FakePartition(new TopicIdPartition(ORDERS, FIRST), 5));
        second = partitions.add(new FakePartition(new TopicIdPartition(ORDERS, SECOND), 5));
        metrics = new BrokerMetrics(registry, partitions, config.maxMetricTopics());
        service = new BrokerService(
                new PartitionLookup(1, cluster, partitions, LeaderEndpoints.registered(cluster)),
                new FixedLogDir(),
                timer,
                Time.SYSTEM,
                executor,
                metrics,
                config);
    }

    /** Makes the call as the wire would: the request is parsed from its bytes. */
    public <T extends ApiMessage> CompletableFuture<T> call(AbstractRequest request) {
        return call(request, new CountedOwner());
    }

    @SuppressWarnings("unchecked")
    public <T extends ApiMessage> CompletableFuture<T> call(AbstractRequest request, ReferenceCounted frame) {
        Call call = Calls.of(request, Calls.bytes(request), connectionId, clientId, frame);
        return (CompletableFuture<T>) service.call(call);
    }

    /** The value of a counter or gauge, 0 when it is not there. */
    public double metric(String name, String... labels) {
        for (MetricSnapshot snapshot : registry.scrape(name::equals)) {
            Labels wanted = Labels.of(labels);
            if (snapshot instanceof CounterSnapshot counters) {
                return counters.getDataPoints().stream()
                        .filter(point -> point.getLabels().equals(wanted))
                        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                        .sum();
            }
            if (snapshot instanceof GaugeSnapshot gauges) {
                return gauges.getDataPoints().stream()
                        .filter(point -> point.getLabels().equals(wanted))
                        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                        .sum();
            }
        }
        return 0;
    }

    /** Whether the answer can be written at this version at all. */
    public static ByteBufferAccessor written(ApiMessage answer, short version) {
        return MessageUtil.toByteBufferAccessor(answer, version);
    }

    @Override
    public void close() {
        service.close();
        timer.close();
    }
}
