package io.weir.server.wiring;

import io.weir.log.cache.BlockCache;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.partition.NodeLog;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentCacheConfig;
import io.weir.log.stored.StoredReads;
import io.weir.log.stored.StoredReadsConfig;
import io.weir.storage.Store;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Old records of partitions that other nodes own, out of the store: through the caches of this node's own log where it
 * has one, else through caches of the same size.
 */
final class ReadRoom implements AutoCloseable {
    private final Opened opened = new Opened();
    private final StoredReads reads;

    ReadRoom(Site site, Store store, Optional<NodeLog> log) {
        ReadCacheConfig config = site.configs().log().readCache().within(store.readAdvice());
        ExecutorService waiting = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("weir-stored-", 0).factory());
        SegmentCache cache = log.map(NodeLog::segmentCache).orElseGet(() -> cache(site, store, config));
        opened.add(waiting::shutdownNow);
        this.reads = new StoredReads(store, cache, config, StoredReadsConfig.defaults(), waiting, site.time());
    }

    private SegmentCache cache(Site site, Store store, ReadCacheConfig config) {
        SegmentCacheConfig segments = SegmentCacheConfig.defaults();
        if (!config.enabled()) {
            return opened.add(new SegmentCache(segments, store, site.allocator(), site.registry()));
        }
        ExecutorService loading = Executors.newFixedThreadPool(
                config.maxLoads(), Thread.ofPlatform().name("weir-load-", 0).factory());
        opened.add(loading::shutdownNow);
        BlockCache blocks = opened.add(new BlockCache(config, loading, site.time(), site.registry()));
        return opened.add(new SegmentCache(segments, store, site.allocator(), site.registry(), blocks));
    }

    StoredReads reads() {
        return reads;
    }

    @Override
    public void close() {
        opened.close();
    }
}
