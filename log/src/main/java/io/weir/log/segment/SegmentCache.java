package io.weir.log.segment;

import io.netty.buffer.ByteBufAllocator;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.Joined;
import io.weir.common.error.WeirException;
import io.weir.log.cache.BlockCache;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future.State;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Segments that stay open between reads, the least recently used of which are closed when there are too many. A
 * segment that somebody reads is closed only after that, whether it was pushed out or its file deleted. Concurrent
 * first readers of a segment open it once. Any thread; opening blocks on the store.
 */
public final class SegmentCache implements AutoCloseable {
    private static final float LOAD_FACTOR = 0.75f;

    private final SegmentCacheConfig config;
    private final ByteBufAllocator allocator;
    private final SharedFiles files;
    private final Counter requests;
    private final @Nullable CachedReads cached;
    // All below is guarded by this object's monitor, which is never held across input or output.
    private final Map<SegmentLocation, Slot> slots = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    private long memoryBytes;
    private boolean closed;

    /** Every read goes to the store. Registers its metrics; one a registry. */
    public SegmentCache(
            SegmentCacheConfig config, Store store, ByteBufAllocator allocator, PrometheusRegistry registry) {
        this(config, store, allocator, registry, null);
    }

    /**
     * Registers its metrics; one a registry.
     *
     * @param blocks what {@link #read} has read, and will; the caller closes it
     */
    public SegmentCache(
            SegmentCacheConfig config,
            Store store,
            ByteBufAllocator allocator,
            PrometheusRegistry registry,
            @Nullable BlockCache blocks) {
        this.config = config;
        this.cached = blocks == null ? null : new CachedReads(this, blocks, allocator);
        this.allocator = allocator;
        this.files = new SharedFiles(store);
        this.requests = Counter.builder()
                .name("weir_segment_cache_requests_total")
                .help("Requests for an open segment, by whether it was open")
                .labelNames("result")
                .register(registry);
        GaugeWithCallback.builder()
                .name("weir_segment_cache_segments")
                .help("Segments that are kept open")
                .callback(gauge -> gauge.call(size()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("weir_segment_cache_memory_bytes")
                .help("Memory of the footers of segments that are kept open")
                .callback(gauge -> gauge.call((double) memoryBytes()))
                .register(registry);
    }

    /**
     * The segment, opened if need be, for as long as the lease.
     *
     * @throws WeirException as {@link SegmentReader#open} does; CLOSED after {@link #close}
     */
    public SegmentLease acquire(SegmentLocation location) {
        return acquire(location, Runnable::run);
    }

    /** @param opener where the store is read, while this thread waits */
    private SegmentLease acquire(SegmentLocation location, Executor opener) {
        Slot slot;
        boolean first;
        synchronized (this) {
            if (closed) {
                throw new WeirException(FaultKind.CLOSED, "The segment cache is closed");
            }
            Slot known = slots.get(location);
            first = known == null;
            slot = known == null ? new Slot(location) : known;
            slots.put(location, slot);
            slot.users++;
        }
        if (first) {
            open(slot, opener); // at once: others wait for this
        }
        requests.labelValues(first ? "miss" : "hit").inc();
        return new SegmentLease(Joined.of(slot.reader), () -> release(slot));
    }

    /** As {@link SegmentReader#read(long, long, int, boolean)}, out of memory where the bytes are there; blocks. */
    public SegmentRead read(SegmentLocation location, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        if (cached == null) {
            try (SegmentLease lease = acquire(location)) {
                return lease.reader().read(offset, endOffset, maxBytes, minOneBatch);
            }
        }
        try (SegmentLease lease = acquire(location, cached.executor())) {
            return cached.read(lease.reader(), offset, endOffset, maxBytes, minOneBatch);
        }
    }

    /** As {@link #read}, if the segment is open and what is asked of it in memory; else null. Does not block. */
    public @Nullable SegmentRead readPresent(
            SegmentLocation location, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        if (cached == null) {
            return null;
        }
        Slot slot;
        synchronized (this) {
            slot = slots.get(location);
            if (closed || slot == null || slot.reader.state() != State.SUCCESS) {
                return null;
            }
            slot.users++;
        }
        try {
            return cached.readPresent(slot.reader.resultNow(), offset, endOffset, maxBytes, minOneBatch);
        } finally {
            release(slot);
        }
    }

    /**
     * Brings the {@code bytes} from {@code offset} on into memory, as far as the segment has so many; blocks.
     *
     * @return bytes that are left for the next segment; negative when no more is to be read ahead for now
     */
    public int readAhead(SegmentLocation location, long offset, int bytes) {
        if (cached == null) {
            return -1;
        }
        try (SegmentLease lease = acquire(location)) {
            return cached.readAhead(lease.reader(), offset, bytes);
        }
    }

    /** Forgets the segments in a file that is about to be deleted; reads that are under way go on. */
    public void invalidate(String path) {
        if (cached != null) {
            cached.invalidate(path);
        }
        List<Slot> idle = new ArrayList<>();
        synchronized (this) {
            files.forget(path);
            Iterator<Slot> each = slots.values().iterator();
            while (each.hasNext()) {
                Slot slot = each.next();
                if (slot.location.path().equals(path)) {
                    each.remove();
                    dropped(slot, idle);
                }
            }
        }
        closeAll(idle);
    }

    /** Segments that are kept open, in use or not. */
    public synchronized int size() {
        return slots.size();
    }

    /** Files of the store that they hold open. */
    public int openFiles() {
        return files.count();
    }

    /** Closes what nobody reads; the rest closes with its last lease. */
    @Override
    public void close() {
        List<Slot> idle = new ArrayList<>();
        synchronized (this) {
            closed = true;
            slots.values().forEach(slot -> dropped(slot, idle));
            slots.clear();
        }
        closeAll(idle);
    }

    private synchronized long memoryBytes() {
        return memoryBytes;
    }

    private void open(Slot slot, Executor opener) {
        try {
            opener.execute(() -> load(slot));
        } catch (RejectedExecutionException e) {
            load(slot); // the node shuts down; who still reads may finish
        }
    }

    private void load(Slot slot) {
        SegmentReader reader;
        try {
            reader = SegmentFile.open(files.open(slot.location), slot.location, allocator);
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                slots.remove(slot.location, slot);
                slot.cached = false;
            }
            slot.reader.completeExceptionally(e);
            return;
        }
        List<Slot> idle = new ArrayList<>();
        synchronized (this) {
            if (slot.cached) {
                slot.memoryBytes = reader.memoryBytes();
                memoryBytes += slot.memoryBytes;
            }
            slot.reader.complete(reader);
            evict(slot, idle);
        }
        closeAll(idle);
    }

    private void evict(Slot newest, List<Slot> idle) {
        Iterator<Slot> eldest = slots.values().iterator();
        while (eldest.hasNext() && (slots.size() > config.maxOpenSegments() || memoryBytes > config.maxMemoryBytes())) {
            Slot slot = eldest.next();
            // The newest goes last of all: it is about to be read. Those that are loading weigh nothing yet.
            if (slot.reader.isDone() && (!slot.equals(newest) || !eldest.hasNext())) {
                eldest.remove();
                dropped(slot, idle);
            }
        }
    }

    private void dropped(Slot slot, List<Slot> idle) {
        slot.cached = false;
        memoryBytes -= slot.memoryBytes;
        slot.memoryBytes = 0;
        if (slot.users == 0) {
            idle.add(slot);
        }
    }

    private void release(Slot slot) {
        boolean last;
        synchronized (this) {
            slot.users--;
            last = slot.users == 0 && !slot.cached;
        }
        if (last) {
            slot.reader.join().close();
        }
    }

    private static void closeAll(List<Slot> idle) {
        idle.forEach(slot -> slot.reader.join().close());
    }

    private static final class Slot {
        private final SegmentLocation location;
        private final CompletableFuture<SegmentReader> reader = new CompletableFuture<>();
        private int users;
        private boolean cached = true;
        private long memoryBytes;

        Slot(SegmentLocation location) {
            this.location = location;
        }
    }
}
