package io.weir.server.wiring;

import io.weir.log.Neighbours;
import io.weir.log.partition.NodeLog;
import io.weir.server.http.PartitionView;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of this node, whichever of its roles own partitions. */
final class LogRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogRoom.class);
    private static final Duration PREPARE_BOUND = Duration.ofSeconds(3);

    private final NodeLog log;
    private final CompletableFuture<Void> recovered;
    private final AtomicBoolean orphansSeen = new AtomicBoolean();

    /**
     * Begins to recover what earlier lives of this node left in the store.
     *
     * @param neighbours the other writers of the store, where there are any
     * @param fatal told when the log has ended for good, as when another node has fenced it
     */
    LogRoom(Site site, Store store, Optional<Neighbours> neighbours, Consumer<Throwable> fatal) {
        this.log = new NodeLog(
                store,
                site.configs().log(),
                site.time(),
                site.registry(),
                site.allocator(),
                Stores.bootId(site.settings()),
                neighbours);
        CompletionStage<Void> _ = log.ended().thenAccept(fatal);
        this.recovered = CompletableFuture.runAsync(() -> log.recover(site.nodeId()), Thread::startVirtualThread);
    }

    NodeLog log() {
        return log;
    }

    /** Done when {@link NodeLog#start} may be called. */
    CompletableFuture<Void> recovered() {
        return recovered;
    }

    /** Lets go of topics that have ended; with the first image, also of what such topics have left in the store. */
    CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage image) {
        if (delta.topicsDelta() != null) {
            log.topicsEnded(delta.topicsDelta().deletedTopicIds());
        }
        if (orphansSeen.compareAndSet(false, true)) {
            Set<Uuid> topics = Set.copyOf(image.topics().topicsById().keySet());
            Thread.startVirtualThread(() -> log.discardOrphans(topics));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** As HTTP shows them. */
    List<PartitionView> partitions(Optional<String> topic) {
        return log.all().stream()
                .filter(partition -> topic.isEmpty() || partition.id().topic().equals(topic.get()))
                .map(partition -> {
                    NodeLog.Footprint footprint = log.footprint(partition.id().topicPartition());
                    return PartitionView.of(partition, footprint.tailBytes(), footprint.segments());
                })
                .toList();
    }

    /** Ahead of leaving; a store that is slow or away does not hold that up for long. */
    void prepareToLeave() {
        try {
            CompletableFuture.runAsync(log::prepareToLeave, Thread::startVirtualThread)
                    .get(PREPARE_BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("event=leaving_unprepared reason={}", e.toString());
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
