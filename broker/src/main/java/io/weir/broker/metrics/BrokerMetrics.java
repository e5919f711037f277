package io.weir.broker.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.broker.metrics.TopicMetrics.Traffic;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.Partitions;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Counters and gauges of the broker role. Any thread; nothing blocks. */
public final class BrokerMetrics {
    /** The name under which topics beyond the bound are counted; no topic can be called so. */
    public static final String OTHER_TOPICS = "(other)";

    private final int maxTopics;
    private final ConcurrentHashMap<String, TopicMetrics> topics = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ErrorKey, CounterDataPoint> errorPoints = new ConcurrentHashMap<>();
    private final Counters produce;
    private final Counters fetch;
    private final Counter errors;
    private final TopicMetrics others;
    private final Counter noRoom;
    private final Counter transitions;
    private final LongAdder pendingProduces = new LongAdder();
    private final LongAdder waitingFetches = new LongAdder();
    private final LongAdder waitingPartitions = new LongAdder();

    /** Registers everything. */
    public BrokerMetrics(PrometheusRegistry registry, Partitions partitions, int maxTopics) {
        this.maxTopics = maxTopics;
        this.produce = new Counters(registry, "produce", "appended to");
        this.fetch = new Counters(registry, "fetch", "read from");
        this.errors = Counter.builder()
                .name("weir_broker_errors")
                .help("Partitions of requests that were answered with an error, by request and error")
                .labelNames("api", "error")
                .register(registry);
        this.transitions = Counter.builder()
                .name("weir_partition_transitions")
                .help("Changes of what this node does with a partition, by what it does then and why")
                .labelNames("to", "reason")
                .register(registry);
        this.noRoom = Counter.builder()
                .name("weir_fetch_no_room_to_wait")
                .help("Fetches that were answered at once because too many fetches or partitions were waiting")
                .register(registry);
        this.others = topicMetrics(OTHER_TOPICS);
        gauge(
                registry,
                "weir_produce_pending",
                "Produce requests that wait for their acknowledgement",
                pendingProduces);
        gauge(registry, "weir_fetch_waiting", "Fetch requests that wait for more bytes", waitingFetches);
        gauge(
                registry,
                "weir_fetch_waiting_partitions",
                "Partitions that waiting fetch requests watch, counted once a request",
                waitingPartitions);
        GaugeWithCallback.builder()
                .name("weir_partitions")
                .help("Partitions open on this node, by state")
                .labelNames("state")
                .callback(callback -> countStates(partitions)
                        .forEach((state, count) ->
                                callback.call(count, state.name().toLowerCase(Locale.ROOT))))
                .register(registry);
    }

    /** The topic's counters, or the shared ones when there are too many topics. */
    public TopicMetrics topic(String topic) {
        TopicMetrics known = topics.get(topic);
        if (known != null) {
            return known;
        }
        // The bound may be passed by as many threads as race here, which is bound enough.
        return topics.size() >= maxTopics ? others : topics.computeIfAbsent(topic, this::topicMetrics);
    }

    /** The topic is deleted: its counters go. */
    public void forget(String topic) {
        if (topics.remove(topic) != null) {
            produce.remove(topic);
            fetch.remove(topic);
        }
    }

    /** One partition of a request, or a whole request, was answered with an error. */
    public void error(ApiKeys api, Errors error) {
        if (error != Errors.NONE) {
            errorPoints
                    .computeIfAbsent(
                            new ErrorKey(api, error), key -> errors.labelValues(key.api.name, key.error.name()))
                    .inc();
        }
    }

    /**
     * What this node does with a partition has changed.
     *
     * @param to owned, writable, resigned, released, deleted, failed
     * @param reason a class of reasons, of which there are few
     */
    public void transition(String to, String reason) {
        transitions.labelValues(to, reason).inc();
    }

    /** A produce request begins (1) or is answered (-1). */
    public void pendingProduces(int change) {
        pendingProduces.add(change);
    }

    /** A fetch that watches {@code partitions} begins (1) or stops (-1) to wait. */
    public void waitingFetches(int change, int partitions) {
        waitingFetches.add(change);
        waitingPartitions.add((long) change * partitions);
    }

    /** A fetch was answered with too little, because too many wait. */
    public void noRoomToWait() {
        noRoom.inc();
    }

    private TopicMetrics topicMetrics(String topic) {
        return new TopicMetrics(produce.of(topic), fetch.of(topic));
    }

    private static Map<State, Integer> countStates(Partitions partitions) {
        Map<State, Integer> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0);
        }
        for (Partition partition : partitions.all()) {
            counts.merge(partition.status().state(), 1, Integer::sum);
        }
        return counts;
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, LongAdder value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.sum()))
                .register(registry);
    }

    private record ErrorKey(ApiKeys api, Errors error) {}

    private static final class Counters {
        private final Counter requests;
        private final Counter records;
        private final Counter bytes;

        Counters(PrometheusRegistry registry, String verb, String done) {
            requests = counter(registry, "weir_" + verb + "_requests", "Requests that named the topic");
            records = counter(registry, "weir_" + verb + "_records", "Records " + done + " the topic");
            bytes = counter(registry, "weir_" + verb + "_bytes", "Bytes of record batches " + done + " the topic");
        }

        Traffic of(String topic) {
            return new Traffic(requests.labelValues(topic), records.labelValues(topic), bytes.labelValues(topic));
        }

        void remove(String topic) {
            requests.remove(topic);
            records.remove(topic);
            bytes.remove(topic);
        }

        private static Counter counter(PrometheusRegistry registry, String name, String help) {
            return Counter.builder().name(name).help(help).labelNames("topic").register(registry);
        }
    }
}
