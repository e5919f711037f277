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
import java.util.concurrent.atomic.AtomicLong;
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
    private static final int NAMED_PER_COUNT = 1_000;
    private static final String SESSIONS = "NumIncrementalFetchSessions";
    private static final String PARTITIONS = "NumIncrementalFetchPartitionsCached";
    private static final long EVICTION_MS = 120_000;

    private final FetchManager manager;
    private final int maxSessionId;
    private final long maxPartitions;
    private final Gauge<?> partitions;
    private final AtomicLong namedSinceCount = new AtomicLong();
    private final Counter opened;
    private final Counter errors;
    private final Counter refused;

    /**
     * @param slots how many sessions there may be; with 0 every fetch is answered without one
     * @param maxPartitions in all of them; a session that would take more than half of what is left is not opened, and one
     *     that would grow beyond is closed
     */
    FetchSessions(int slots, long maxPartitions, Time time, PrometheusRegistry registry) {
        int shards = Math.clamp(slots, 1, MAX_SHARDS);
        int range = Integer.MAX_VALUE / shards;
        this.maxSessionId = range * shards - 1;
        List<FetchSessionCacheShard> cache = new ArrayList<>(shards);
        for (int shard = 0; shard < shards; shard++) {
            int shardSlots = slots / shards + (shard < slots % shards ? 1 : 0);
            cache.add(new FetchSessionCacheShard(shardSlots, EVICTION_MS, range, shard));
        }
        this.maxPartitions = maxPartitions;
        Gauge<?> sessions;
        synchronized (FetchSessionCache.METRICS_GROUP) {
            // The cache says how large it is as metrics of the process and nowhere else. The first cache's would stay.
            FetchSessionCache.METRICS_GROUP.removeMetric(SESSIONS);
            FetchSessionCache.METRICS_GROUP.removeMetric(PARTITIONS);
            this.manager = new FetchManager(time, new FetchSessionCache(cache));
            sessions = kafkas(SESSIONS);
            partitions = kafkas(PARTITIONS);
        }
        this.opened = Counter.builder()
                .name("weir_proxy_fetch_sessions_opened_total")
                .help("Fetch sessions that clients were given")
                .register(registry);
        this.errors = Counter.builder()
                .name("weir_proxy_fetch_session_errors_total")
                .help("Fetches that named a session that is gone or out of step")
                .labelNames("error")
                .register(registry);
        this.refused = Counter.builder()
                .name("weir_proxy_fetch_sessions_refused_total")
                .help("Fetch sessions that were not opened, or closed, for weir.fetch.session.cache.partitions")
                .register(registry);
        gauge("weir_proxy_fetch_sessions", "Fetch sessions now", sessions, registry);
        gauge("weir_proxy_fetch_session_partitions", "Partitions in all fetch sessions now", partitions, registry);
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
        Map<TopicIdPartition, FetchRequest.PartitionData> asked = request.fetchData(topicNames);
        if (metadata.isFull() && metadata.epoch() != FetchMetadata.FINAL_EPOCH && !isRoom(asked.size())) {
            refused.inc();
            metadata = new FetchMetadata(metadata.sessionId(), FetchMetadata.FINAL_EPOCH);
        }
        FetchContext context = manager.newContext(
                request.version(), metadata, false, asked, request.forgottenTopics(topicNames), topicNames);
        return metadata.isFull() || isWithinBounds(asked.size())
                ? context
                : closed(request, metadata.sessionId(), topicNames);
    }

    private boolean isRoom(int wanted) {
        return 2L * wanted <= maxPartitions - count(partitions);
    }

    /** Sessions grow by what is named in them. To count them all costs, so it is done once in so many names. */
    private boolean isWithinBounds(int named) {
        if (namedSinceCount.addAndGet(named) < NAMED_PER_COUNT) {
            return true;
        }
        namedSinceCount.set(0);
        return count(partitions) <= maxPartitions;
    }

    /** The client asks for everything again, and gets another session if there is room. */
    private FetchContext closed(FetchRequest request, int sessionId, Map<Uuid, String> topicNames) {
        refused.inc();
        FetchMetadata last = new FetchMetadata(sessionId, FetchMetadata.FINAL_EPOCH);
        manager.newContext(request.version(), last, false, Map.of(), List.of(), topicNames);
        return new SessionErrorContext(Errors.FETCH_SESSION_ID_NOT_FOUND);
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

    private static Gauge<?> kafkas(String name) {
        MetricName metric = FetchSessionCache.METRICS_GROUP.metricName(name, Map.of());
        if (KafkaYammerMetrics.defaultRegistry().allMetrics().get(metric) instanceof Gauge<?> gauge) {
            return gauge;
        }
        throw new IllegalStateException("Kafka's session cache has no gauge " + name + " any more");
    }

    private static long count(Gauge<?> gauge) {
        return gauge.value() instanceof Number value ? value.longValue() : 0;
    }

    private static void gauge(String name, String help, Gauge<?> value, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) count(value)))
                .register(registry);
    }
}
