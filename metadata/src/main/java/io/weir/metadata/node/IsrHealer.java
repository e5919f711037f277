package io.weir.metadata.node;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Service;
import io.weir.metadata.ImageListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every live candidate of this node's partitions in the in-sync set. The bytes lie in shared storage, so whoever
 * lives is in sync; but KRaft takes a node that was fenced out of the set, and only the leader's AlterPartition puts it
 * back. The same request clears the mark that an unclean election leaves, and drives a reassignment to its end: nodes
 * that are being added are in sync at once.
 *
 * <p>Images say what is to be done; what is found is coalesced, one request is under way at a time, and each is made
 * from the latest image. Partitions that the controller refuses (its view is newer, or it is no longer the active one)
 * are looked at again after a pause.
 *
 * <p>One thread owns all state; the public methods may be called from any thread and do not block.
 */
public final class IsrHealer implements ImageListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IsrHealer.class);
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final HealerConfig config;
    private final Service controller;
    private final LongSupplier brokerEpoch;
    private final InternalCalls calls;
    private final HealerMetrics metrics;
    private final ScheduledExecutorService loop;

    // Below: the loop's own.
    private final Set<IsrRequest.Key> wanting = new LinkedHashSet<>();
    private MetadataImage image = MetadataImage.EMPTY;
    private boolean busy;
    private Duration pause;

    private volatile int backlog;

    /**
     * @param controller answers ALTER_PARTITION
     * @param brokerEpoch under which this node is registered
     */
    public IsrHealer(HealerConfig config, Service controller, LongSupplier brokerEpoch, PrometheusRegistry registry) {
        this.config = config;
        this.controller = controller;
        this.brokerEpoch = brokerEpoch;
        this.calls = new InternalCalls(config.nodeId());
        this.pause = config.firstRetry();
        this.metrics = new HealerMetrics(registry, () -> backlog);
        this.loop = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weir-isr-healer").daemon().factory());
    }

    /** Takes an image. Nobody has to wait for what follows from it. */
    @Override
    public CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage newImage) {
        boolean nodesChanged = delta.clusterDelta() != null;
        List<IsrRequest.Key> changed = nodesChanged ? List.of() : changedPartitions(delta);
        if (nodesChanged || !changed.isEmpty()) {
            post(() -> look(newImage, nodesChanged, changed));
        }
        return DONE;
    }

    private static List<IsrRequest.Key> changedPartitions(MetadataDelta delta) {
        if (delta.topicsDelta() == null) {
            return List.of();
        }
        List<IsrRequest.Key> changed = new ArrayList<>();
        delta.topicsDelta()
                .changedTopics()
                .values()
                .forEach(topic -> topic.partitionChanges()
                        .keySet()
                        .forEach(index -> changed.add(new IsrRequest.Key(topic.id(), index))));
        return changed;
    }

    private void look(MetadataImage newImage, boolean everywhere, List<IsrRequest.Key> changed) {
        image = newImage;
        if (everywhere) {
            image.topics()
                    .topicsById()
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach((index, partition) -> note(new IsrRequest.Key(topic.id(), index), partition)));
        } else {
            changed.forEach(key -> note(key, image.topics().getPartition(key.topicId(), key.partition())));
        }
        send();
    }

    private void note(IsrRequest.Key key, @Nullable PartitionRegistration partition) {
        if (IsrRequest.isNeeded(config.nodeId(), partition, image.cluster())) {
            wanting.add(key);
        } else {
            wanting.remove(key);
        }
    }

    private void send() {
        if (busy) {
            return;
        }
        IsrRequest request = new IsrRequest(config.nodeId(), brokerEpoch.getAsLong(), image);
        Iterator<IsrRequest.Key> next = wanting.iterator();
        while (next.hasNext() && request.size() < config.batchPartitions()) {
            request.add(next.next());
            next.remove();
        }
        backlog = request.size() + wanting.size();
        if (request.size() == 0) {
            return;
        }
        busy = true;
        metrics.request();
        CompletableFuture<?> _ = calls.send(controller, request.build(), AlterPartitionResponseData.class)
                .orTimeout(config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((answer, failure) -> post(() -> answered(request, answer, failure)));
    }

    private void answered(
            IsrRequest request, @Nullable AlterPartitionResponseData answer, @Nullable Throwable failure) {
        Errors error = InternalCalls.error(failure, answer == null ? Errors.NONE.code() : answer.errorCode());
        Set<IsrRequest.Key> left =
                error == Errors.NONE && answer != null ? refused(request, answer) : Set.copyOf(request.keys());
        int done = request.size() - left.size();
        metrics.healed(done);
        if (done > 0) {
            LOG.info(
                    "event=isr_healed node_id={} partitions={} refused={} image_offset={}",
                    config.nodeId(),
                    done,
                    left.size(),
                    image.offset());
        }
        wanting.addAll(left);
        backlog = wanting.size();
        if (left.isEmpty()) {
            busy = false;
            pause = config.firstRetry();
            send();
            return;
        }
        metrics.failure();
        LOG.debug("event=isr_heal_refused node_id={} partitions={} error={}", config.nodeId(), left.size(), error);
        Duration wait = pause;
        pause = Duration.ofNanos(
                Math.min(2 * wait.toNanos(), config.longestRetry().toNanos()));
        // Still busy: images that come in the pause only bring the state up to date.
        after(wait, () -> {
            busy = false;
            send();
        });
    }

    private Set<IsrRequest.Key> refused(IsrRequest request, AlterPartitionResponseData answer) {
        Set<IsrRequest.Key> left = new LinkedHashSet<>(request.keys());
        answer.topics()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    if (isSettled(Errors.forCode(partition.errorCode()))) {
                        left.remove(new IsrRequest.Key(topic.topicId(), partition.partitionIndex()));
                    } else {
                        explain(topic.topicId(), partition);
                    }
                }));
        return left;
    }

    private void explain(Uuid topicId, AlterPartitionResponseData.PartitionData partition) {
        LOG.debug(
                "event=isr_heal_refused node_id={} topic_id={} partition={} error={}",
                config.nodeId(),
                topicId,
                partition.partitionIndex(),
                Errors.forCode(partition.errorCode()));
    }

    /** A change that ends a reassignment may move the leadership: the controller calls that an error, and has made it. */
    private static boolean isSettled(Errors error) {
        return switch (error) {
            case NONE, NEW_LEADER_ELECTED, UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION -> true;
            default -> false;
        };
    }

    private void after(Duration delay, Runnable step) {
        try {
            ScheduledFuture<?> _ = loop.schedule(guarded(step), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=isr_healer_closed_meanwhile node_id={}", config.nodeId());
        }
    }

    private void post(Runnable step) {
        try {
            loop.execute(guarded(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=isr_healer_closed_meanwhile node_id={}", config.nodeId());
        }
    }

    /** A step that throws is a bug; the next image finds the healer able to work. */
    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("event=isr_healer_step_failed node_id={}", config.nodeId(), e);
                busy = false;
            }
        };
    }

    /** Sends nothing any more. */
    @Override
    public void close() {
        loop.shutdownNow();
        metrics.close();
    }
}
