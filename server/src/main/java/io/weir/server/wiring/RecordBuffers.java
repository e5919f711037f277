package io.weir.server.wiring;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * The memory that requests are received in and that the tail cache keeps.
 *
 * <p>Its chunks are larger than Netty's 4 MiB, and its arenas few. The tail cache gives memory back in bursts, a
 * partition's flushed batches at once: small chunks then become empty all the time, and are given to the system and
 * taken (and zeroed) again, which was a tenth of the processor's time under load.
 */
final class RecordBuffers {
    private static final int PAGE_BYTES = 8 << 10;
    private static final int CHUNK_ORDER = 11; // 16 MiB

    private RecordBuffers() {}

    /** Shows what the memory is used for. */
    static void register(PooledByteBufAllocator allocator, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("weir_buffers_allocated_bytes")
                .help("Memory outside the heap that the pool of record buffers has taken from the system")
                .callback(callback -> callback.call((double) allocator.metric().usedDirectMemory()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("weir_buffers_pinned_bytes")
                .help("Of the pool of record buffers, what is in use: requests, answers, the tail cache")
                .callback(callback -> callback.call((double) allocator.pinnedDirectMemory()))
                .register(registry);
    }

    static PooledByteBufAllocator allocator() {
        int arenas = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new PooledByteBufAllocator(
                true,
                0,
                arenas,
                PAGE_BYTES,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
    }
}
