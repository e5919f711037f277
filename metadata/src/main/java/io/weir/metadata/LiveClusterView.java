package io.weir.metadata;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster view of a running node, fed by the metadata loader.
 *
 * <p>Each image goes first, at once, to the listeners that precede the view (the owners of partitions), then into the
 * view as soon as they are done with it, then to the listeners that follow. The loader never waits: an image whose
 * listeners are busy stands in a queue, later ones behind it, each for at most the bound; so the view is behind by
 * that bound at the worst, and never goes back. Add listeners before the view is installed in the loader.
 */
public final class LiveClusterView implements ClusterView, MetadataPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(LiveClusterView.class);

    private final Duration listenerBound;
    private final TopicConfigs configs;
    private final KRaftMetadataCache cache;
    private final List<ImageListener> preceding = new CopyOnWriteArrayList<>();
    private final List<ImageListener> following = new CopyOnWriteArrayList<>();
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wakeUps = new AtomicInteger();
    private volatile ViewSnapshot current;

    /**
     * @param nodeId of this node
     * @param configs resolves topic settings
     * @param listenerBound longest that an image waits for the listeners that precede the view
     */
    public LiveClusterView(int nodeId, TopicConfigs configs, Duration listenerBound) {
        this.listenerBound = listenerBound;
        this.configs = configs;
        this.cache = new KRaftMetadataCache(nodeId, () -> KRaftVersion.KRAFT_VERSION_1);
        this.current = ViewSnapshot.of(configs, MetadataImage.EMPTY);
    }

    /** Adds a listener that the view waits for: one that opens partitions. Called in the order of adding. */
    public LiveClusterView precede(ImageListener listener) {
        preceding.add(listener);
        return this;
    }

    /** Adds a listener that is called when the view shows the image; its future is not waited for. */
    public LiveClusterView follow(ImageListener listener) {
        following.add(listener);
        return this;
    }

    @Override
    public MetadataImage image() {
        return current.image();
    }

    @Override
    public MetadataCache cache() {
        return cache;
    }

    @Override
    public LogConfig topicConfig(String topic) {
        return current.topicConfig(topic);
    }

    @Override
    public WeirTopicConfig weirTopicConfig(String topic) {
        return current.weirTopicConfig(topic);
    }

    /** Settings of topics in images that are not published yet: for listeners that precede the view. */
    public TopicConfigs topicConfigs() {
        return configs;
    }

    @Override
    public CompletableFuture<MetadataImage> when(Predicate<MetadataImage> condition, Duration timeout) {
        Waiter waiter = new Waiter(condition, new CompletableFuture<>());
        waiters.add(waiter);
        waiter.offer(image());
        return waiter.future
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((image, failure) -> waiters.remove(waiter))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(asKafkas(failure, timeout)));
    }

    @Override
    public String name() {
        return "WeirClusterView";
    }

    @Override
    public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
        CompletableFuture<?>[] begun =
                preceding.stream().map(listener -> tell(listener, delta, image)).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> opened = CompletableFuture.allOf(begun);
        queue.add(new Pending(delta, image, opened));
        if (!opened.isDone()) {
            awaitWithinBound(opened, image);
        }
        drain();
    }

    private void awaitWithinBound(CompletableFuture<Void> opened, MetadataImage image) {
        CompletableFuture<Void> _ = opened.exceptionally(failure -> null)
                .orTimeout(listenerBound.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((done, late) -> {
                    if (late != null) {
                        LOG.warn(
                                "event=view_did_not_wait offset={} bound_ms={}",
                                image.offset(),
                                listenerBound.toMillis());
                        opened.completeExceptionally(late);
                    }
                    drain();
                });
    }

    /** Publishes what is ready, in order, on one thread at a time: whoever comes second leaves it to the first. */
    private void drain() {
        if (wakeUps.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            for (Pending head = queue.peek(); head != null && head.opened.isDone(); head = queue.peek()) {
                queue.remove();
                publishOrReport(head);
            }
            seen = wakeUps.addAndGet(-seen);
        } while (seen > 0);
    }

    /** A bug here must not end the publishing of images. */
    private void publishOrReport(Pending pending) {
        try {
            publish(pending);
        } catch (RuntimeException e) {
            LOG.error("event=view_publish_failed offset={}", pending.image.offset(), e);
        }
    }

    private void publish(Pending pending) {
        current = current.next(pending.delta, pending.image);
        cache.setImage(pending.image);
        waiters.forEach(waiter -> waiter.offer(pending.image));
        for (ImageListener listener : following) {
            CompletableFuture<Void> _ = tell(listener, pending.delta, pending.image);
        }
    }

    private static CompletableFuture<Void> tell(ImageListener listener, MetadataDelta delta, MetadataImage image) {
        CompletableFuture<Void> done;
        try {
            done = listener.onImage(delta, image);
        } catch (RuntimeException e) {
            done = CompletableFuture.failedFuture(e);
        }
        return done.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("event=image_listener_failed offset={}", image.offset(), failure);
            }
        });
    }

    private static Throwable asKafkas(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof java.util.concurrent.TimeoutException
                ? new TimeoutException("The metadata did not become as expected within " + timeout.toMillis() + " ms.")
                : cause;
    }

    private record Pending(MetadataDelta delta, MetadataImage image, CompletableFuture<Void> opened) {}

    private record Waiter(Predicate<MetadataImage> condition, CompletableFuture<MetadataImage> future) {
        void offer(MetadataImage image) {
            try {
                if (condition.test(image)) {
                    future.complete(image);
                }
            } catch (RuntimeException e) {
                future.completeExceptionally(e);
            }
        }
    }
}
