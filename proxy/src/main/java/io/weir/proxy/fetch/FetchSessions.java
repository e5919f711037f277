package io.weir.proxy.fetch;

import com.yammer.metrics.core.Gauge;
import com.yammer.metrics.core.MetricName;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.FetchContext;
import org.apache.kafka.server.FetchContext.FullFetchContext;
import org.apache.kafka.server.FetchContext.SessionErrorContext;
import org.apache.kafka.server.FetchManager;
import org.apache.kafka.server.FetchSession.FetchSessionCache;
import org.apache.kafka.server.FetchSessionCacheShard;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;

/** The fetch sessions of this node, in Kafka's own cache with Kafka's rules of eviction. Any thread. */
final class FetchSessions {
    private static final int MAX_SHARDS = 8;
    private static final long EVICTION_MS = 120_000;

    private final FetchManager manager;
    private final int maxSessionId;
    private final Counter opened;
    private final Counter errors;

    /** @param slots how many sessions there may be; with 0 every fetch is answered without one */
    FetchSessions(int slots, Time time, PrometheusRegistry registry) {
        int shards = Math.clamp(slots, 1, MAX_SHARDS);
        int range = Integer.MAX_VALUE / shards;
        this.maxSessionId = range * shards - 1;
        List<FetchSessionCacheShard> cache = new ArrayList<>(shards);
        for (int shard = 0; shard < shards; shard++) {
            int shardSlots = slots / shards + (shard < slots % shards ? 1 : 0);
            cache.add(new FetchSessionCacheShard(shardSlots, EVICTION_MS, range, shard));
        }
        this.manager = new FetchManager(time, new FetchSessionCache(cache));
        this.opened = Counter.builder()
                .name("weir_proxy_fetch_sessions_opened_total")
                .help("Fetch sessions that clients were given")
                .register(registry);
        this.errors = Counter.builder()
                .name("weir_proxy_fetch_session_errors_total")
                .help("Fetches that named a session that is gone or out of step")
                .labelNames("error")
                .register(registry);
        gauge("weir_proxy_fetch_sessions", "Fetch sessions now", "NumIncrementalFetchSessions", registry);
        gauge(
                "weir_proxy_fetch_session_partitions",
                "Partitions in all fetch sessions now",
                "NumIncrementalFetchPartitionsCached",
                registry);
    }

    /** Whether the request neither names a session nor wants one. */
    static boolean isSessionless(FetchRequest request) {
        FetchMetadata metadata = request.metadata();
        return metadata.epoch() == FetchMetadata.FINAL_EPOCH
                && metadata.sessionId() == FetchMetadata.INVALID_SESSION_ID;
    }

    /**
     * What the client wants now: what the request says, upon what its session remembers.
     *
     * @param topicNames of the topics that are known by id; empty where requests go by name
     */
    FetchContext context(FetchRequest request, Map<Uuid, String> topicNames) {
        FetchMetadata metadata = request.metadata();
        if (metadata.sessionId() < 0 || metadata.sessionId() > maxSessionId) {
            // Kafka's cache would look for a shard that does not exist.
            if (!metadata.isFull()) {
                return new SessionErrorContext(Errors.FETCH_SESSION_ID_NOT_FOUND);
            }
            metadata = new FetchMetadata(FetchMetadata.INVALID_SESSION_ID, metadata.epoch());
        }
        return manager.newContext(
                request.version(),
                metadata,
                false,
                request.fetchData(topicNames),
                request.forgottenTopics(topicNames),
                topicNames);
    }

    /**
     * The response, from which the session leaves out what has not changed. Takes over the records: those that are not
     * in the response are released.
     */
    FetchResponseData answer(FetchContext context, List<Wanted> wanted, FetchAnswer answer) {
        List<PartitionData> results = answer.results();
        LinkedHashMap<TopicIdPartition, PartitionData> updates = LinkedHashMap.newLinkedHashMap(results.size());
        for (int i = 0; i < results.size(); i++) {
            Leases.release(updates.put(wanted.get(i).partition(), results.get(i)));
        }
        FetchResponse response;
        try {
            response = context.updateAndGenerateResponseData(updates, answer.leaders());
        } catch (RuntimeException e) {
            Leases.release(results);
            throw e;
        }
        if (response.error() != Errors.NONE) {
            Leases.release(results);
            errors.labelValues(response.error().name()).inc();
        } else if (updates.size() < results.size()) {
            for (int i = 0; i < results.size(); i++) {
                if (!updates.containsKey(wanted.get(i).partition())) {
                    Leases.release(results.get(i));
                }
            }
        }
        if (context instanceof FullFetchContext && response.sessionId() != FetchMetadata.INVALID_SESSION_ID) {
            opened.inc();
        }
        return response.data();
    }

    /** Kafka's cache shows its size only as a metric of the process, so a process with two nodes sees the first one's. */
    private static void gauge(String name, String help, String kafkaName, PrometheusRegistry registry) {
        MetricName metric = FetchSessionCache.METRICS_GROUP.metricName(kafkaName, Map.of());
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> {
                    if (KafkaYammerMetrics.defaultRegistry().allMetrics().get(metric) instanceof Gauge<?> gauge
                            && gauge.value() instanceof Number value) {
                        callback.call(value.doubleValue());
                    }
                })
                .register(registry);
    }
}
