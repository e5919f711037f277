package io.weir.log.stored;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.partition.ReadAhead;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentRead;
import io.weir.storage.Store;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Old records of any partition, out of the store. Reads of one block are one read of the store, however many ask, and
 * stay in the read cache; who reads in order is read ahead for. Any thread; the store is read on the executor.
 */
public final class StoredReads {
    private static final Logger LOG = LoggerFactory.getLogger(StoredReads.class);
    private static final float LOAD_FACTOR = 0.75f;
    private static final long SOUND = Long.MAX_VALUE;

    private final Store store;
    private final SegmentCache cache;
    private final StoredReadsConfig config;
    private final Executor executor;
    private final ReadAhead readAhead;
    private final Time time;
    private final AtomicLong failingSinceMs = new AtomicLong(SOUND);
    private final AtomicBoolean probing = new AtomicBoolean();
    // Guarded by its own monitor.
    private final Map<Key, StoredPartition> partitions = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private record Key(Uuid topicId, int partition) {}

    /**
     * @param cache open segments, over the read cache
     * @param readCache says how to read ahead
     * @param executor a thread for each task, which blocks: virtual ones
     */
    public StoredReads(
            Store store,
            SegmentCache cache,
            ReadCacheConfig readCache,
            StoredReadsConfig config,
            Executor executor,
            Time time) {
        this.store = store;
        this.cache = cache;
        this.config = config;
        this.executor = executor;
        this.readAhead = new ReadAhead(readCache, executor);
        this.time = time;
    }

    /**
     * Whole batches from the one that holds {@code offset} on.
     *
     * @param endOffset no batch with an offset at or beyond it
     * @param maxBytes upper bound, except that the first batch comes whole when {@code minOneBatch}
     * @return empty when no segment has the offset, which the owner then has in a pack or in memory, or when the store
     *     does not answer or has nothing good there; never fails
     */
    public CompletableFuture<Optional<SegmentRead>> read(
            TopicIdPartition id, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        CompletableFuture<Optional<SegmentRead>> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                Optional<SegmentRead> found = now(id, offset, endOffset, maxBytes, minOneBatch);
                if (!result.complete(found)) {
                    found.ifPresent(read -> read.records().release());
                }
            });
        } catch (RejectedExecutionException e) {
            result.complete(Optional.empty()); // the node shuts down
        }
        return result;
    }

    private Optional<SegmentRead> now(
            TopicIdPartition id, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        StoredPartition partition = partition(id);
        try {
            Optional<SegmentRead> found = partition.read(offset, endOffset, maxBytes, minOneBatch);
            found.ifPresent(read -> readAhead.onRead(
                    id, offset, read.nextOffset(), read.records().sizeInBytes(), partition));
            failingSinceMs.set(SOUND);
            return found;
        } catch (WeirException e) {
            if (e.kind() == FaultKind.UNAVAILABLE) {
                failingSinceMs.compareAndSet(SOUND, time.milliseconds());
            }
            LOG.debug("stored_read=failed partition={} offset={} reason={}", id, offset, e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("stored_read=failed partition={} offset={}", id, offset, e);
            return Optional.empty();
        }
    }

    private StoredPartition partition(TopicIdPartition id) {
        synchronized (partitions) {
            StoredPartition known = partitions.computeIfAbsent(
                    new Key(id.topicId(), id.partition()),
                    key -> new StoredPartition(id, store, cache, config.listingAge(), time));
            Iterator<StoredPartition> eldest = partitions.values().iterator();
            while (partitions.size() > config.maxPartitions()) {
                eldest.next();
                eldest.remove();
            }
            return known;
        }
    }

    /** Why nothing can be read, when that has been so for long. Tries the store meanwhile, so that this ends. */
    public Optional<String> trouble() {
        long since = failingSinceMs.get();
        if (since == SOUND) {
            return Optional.empty();
        }
        if (probing.compareAndSet(false, true)) {
            executor.execute(this::probe);
        }
        return time.milliseconds() - since < config.troubleAfter().toMillis()
                ? Optional.empty()
                : Optional.of("The store has not answered reads for "
                        + config.troubleAfter().toSeconds() + " s");
    }

    private void probe() {
        try {
            store.list(SegmentId.prefix(Uuid.ZERO_UUID));
            failingSinceMs.set(SOUND);
        } catch (WeirException e) {
            LOG.debug("stored_read=probe_failed reason={}", e.getMessage());
        } finally {
            probing.set(false);
        }
    }
}
