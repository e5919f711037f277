package io.weir.proxy.tail;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.log.stored.StoredReads;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.OwnCalls;
import io.weir.proxy.routing.Wakeups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;

/** The partitions of other nodes that consumers of this proxy read. Any thread. */
public final class Tails implements AutoCloseable {
    private static final Duration IMAGE_WAIT = Duration.ofSeconds(30);
    private static final short NO_MIN_BYTES = 1;

    private final ClusterView view;
    private final Forwarder forwarder;
    private final Optional<StoredReads> stored;
    private final TailConfig config;
    private final Time time;
    private final Timer timer;
    private final OwnCalls ownCalls;
    private final ChunkBudget budget;
    private final TailMetrics metrics;
    private final Wakeups wakeups;
    private final ConcurrentHashMap<TailKey, RemoteTail> tails = new ConcurrentHashMap<>();
    private final AtomicBoolean awaitsImage = new AtomicBoolean();
    private final AtomicBoolean awaitsSweep = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * Registers {@code weir_proxy_tail_...}.
     *
     * @param stored reads old records out of the store; empty where this process has no way to it: then owners do
     */
    public Tails(
            ClusterView view,
            Forwarder forwarder,
            int ownNodeId,
            Optional<StoredReads> stored,
            TailConfig config,
            Time time,
            Timer timer,
            PrometheusRegistry registry) {
        this.view = view;
        this.forwarder = forwarder;
        this.stored = stored;
        this.config = config;
        this.time = time;
        this.timer = timer;
        this.ownCalls = new OwnCalls(ownNodeId);
        this.budget = new ChunkBudget(config.cacheBytes());
        this.metrics = new TailMetrics(registry, tails::size, budget::usedBytes);
        this.wakeups = new Wakeups(view, timer, this::wake);
    }

    /**
     * Answers a consumer: a result for each partition, in order. It waits for records as the consumer would; it does not
     * fail. Whoever has the results releases their records; who cancels ends the waiting.
     */
    public CompletableFuture<List<PartitionData>> fetch(
            List<TailRequest> wanted, IsolationLevel isolation, int maxWaitMs, int minBytes, int maxBytes) {
        RemoteFetch fetch = new RemoteFetch(
                this, wanted, isolation, new RemoteFetch.Bounds(maxWaitMs, minBytes, maxBytes), metrics);
        return fetch.start(timer, config.patience());
    }

    /** The tail, made if need be; it lives at least as long as one that is idle does. */
    RemoteTail of(TailKey key) {
        RemoteTail tail = tails.compute(key, (_, known) -> {
            RemoteTail one = known == null ? new RemoteTail(key, this, config) : known;
            one.touch(time.milliseconds());
            return one;
        });
        watchImages();
        sweepLater();
        return tail;
    }

    ChunkBudget budget() {
        return budget;
    }

    Optional<StoredReads> stored() {
        return stored;
    }

    long nowMs() {
        return time.milliseconds();
    }

    MetadataImage image() {
        return view.image();
    }

    @Nullable
    PartitionRegistration owned(MetadataImage image, TailKey key) {
        TopicImage topic = image.topics().getTopic(key.topicId());
        return topic == null ? null : topic.partitions().get(key.partition());
    }

    /** Asks the owner, under its epoch: one that is not the owner any more has nothing to say. */
    CompletableFuture<? extends ApiMessage> ask(
            TailKey key, PartitionRegistration owned, long offset, int waitMs, int maxBytes, boolean subscription) {
        metrics.asked(subscription);
        TopicImage topic = view.image().topics().getTopic(key.topicId());
        FetchTopic wanted = new FetchTopic()
                .setTopic(topic == null ? "" : topic.name())
                .setTopicId(key.topicId())
                .setPartitions(List.of(new FetchPartition()
                        .setPartition(key.partition())
                        .setFetchOffset(offset)
                        .setPartitionMaxBytes(maxBytes)
                        .setCurrentLeaderEpoch(owned.leaderEpoch)
                        .setLastFetchedEpoch(RecordBatch.NO_PARTITION_LEADER_EPOCH)));
        FetchRequestData data = new FetchRequestData()
                .setMaxWaitMs(waitMs)
                .setMinBytes(NO_MIN_BYTES)
                .setMaxBytes(maxBytes)
                .setIsolationLevel(key.isolation().id())
                .setSessionEpoch(-1)
                .setTopics(List.of(wanted));
        Call call = ownCalls.of(new FetchRequest(data, ApiKeys.FETCH.latestVersion()));
        try {
            return forwarder.broker(owned.leader, call);
        } catch (RuntimeException e) {
            return CompletableFuture.<@Nullable ApiMessage>failedFuture(e);
        }
    }

    /** An owner did not answer well, by this image: tails are woken when that may have changed. */
    void wakeAfter(MetadataImage seen) {
        if (!closed) {
            wakeups.after(seen, config.pause().toMillis());
        }
    }

    private void wake() {
        tails.values().forEach(RemoteTail::wake);
    }

    @SuppressWarnings("ReferenceEquality") // each image is another object
    private void watchImages() {
        if (closed || tails.isEmpty() || !awaitsImage.compareAndSet(false, true)) {
            return;
        }
        MetadataImage seen = view.image();
        CompletableFuture<?> _ = view.when(image -> image != seen, IMAGE_WAIT).whenComplete((image, late) -> {
            awaitsImage.set(false);
            if (late == null) {
                wake();
            }
            watchImages();
        });
    }

    private void sweepLater() {
        if (closed || tails.isEmpty() || !awaitsSweep.compareAndSet(false, true)) {
            return;
        }
        timer.add(new TimerTask(Math.max(1, config.idle().toMillis() / 4)) {
            @Override
            public void run() {
                awaitsSweep.set(false);
                new ArrayList<>(tails.keySet())
                        .forEach(key -> tails.computeIfPresent(key, (_, tail) -> tail.end(false) ? null : tail));
                sweepLater();
            }
        });
    }

    /** Lets all records go; consumers that wait wait out their time. */
    @Override
    public void close() {
        closed = true;
        new ArrayList<>(tails.keySet())
                .forEach(key -> tails.computeIfPresent(key, (_, tail) -> tail.end(true) ? null : tail));
    }
}
