package io.weir.log.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
    private static final int BLOCK = 16 * 1024;

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<BlockKey> loaded = new ArrayList<>();
    // 32 recent blocks, of which 24 may be unused, and 32 kept ones.
    private final BlockCache cache = cache(64 * BLOCK);

    private int passed = 10_000;

    private BlockCache cache(long bytes) {
        return new BlockCache(
                new ReadCacheConfig(bytes, BLOCK, 30, 20, 4 * BLOCK, 2, 10), tasks::add, Time.SYSTEM, registry);
    }

    @AfterEach
    void everyBlockHasGoneBack() {
        runAll();
        cache.close();
        assertThat(cache.liveBytes()).isZero();
        assertThat(allocator.metric().directArenas().stream()
                        .mapToLong(arena -> arena.numActiveAllocations())
                        .sum())
                .isZero();
    }

    @Test
    void oneLoadServesAllWhoWait() {
        List<CompletableFuture<CachedBlock>> waiting = List.of(get(1), get(1), get(1));
        assertThat(tasks).hasSize(1);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        runAll();
        waiting.forEach(one -> check(one, 1));
        check(get(1), 1);
        assertThat(loaded).containsExactly(key(1));
        assertThat(metric("weir_read_cache_misses")).isEqualTo(1);
        assertThat(metric("weir_read_cache_hits")).isEqualTo(3);
    }

    @Test
    void presentBlocksComeTogetherOrNotAtAll() {
        loadNow(1).release();
        loadNow(2).release();
        assertThat(cache.getPresent(List.of(key(1), key(2), key(3)), 0)).isNull();
        CompletableFuture<CachedBlock> third = get(3);
        assertThat(cache.getPresent(List.of(key(1), key(2), key(3)), 0))
                .as("one is loading")
                .isNull();
        runAll();
        check(third, 3);
        double hits = metric("weir_read_cache_hits");
        List<CachedBlock> found = Objects.requireNonNull(cache.getPresent(List.of(key(1), key(2), key(3)), 0));
        assertThat(found).extracting(BlockCacheTest::value).containsExactly(1, 2, 3);
        found.forEach(CachedBlock::release);
        assertThat(metric("weir_read_cache_hits") - hits).isEqualTo(3);
        assertThat(tasks).isEmpty();
    }

    @Test
    void whoStopsWaitingStopsNobodyElse() {
        CompletableFuture<CachedBlock> first = get(1);
        CompletableFuture<CachedBlock> second = get(1);
        first.cancel(true);
        runAll();
        assertThat(first).isCancelled();
        check(second, 1);
    }

    @Test
    void aLoadThatFailedIsForgotten() {
        CompletableFuture<CachedBlock> first = cache.get(key(1), 0, BlockCacheTest::fail);
        CompletableFuture<CachedBlock> second = get(1);
        runAll();
        for (CompletableFuture<CachedBlock> one : List.of(first, second)) {
            assertThat(catchThrowable(one::join))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(WeirException.class);
        }
        CompletableFuture<CachedBlock> again = get(1);
        runAll();
        check(again, 1);
        assertThat(metric("weir_read_cache_load_failures")).isEqualTo(1);
    }

    @Test
    void aReaderNeverSeesAnotherBlocksBytes() {
        CachedBlock held = loadNow(1);
        for (int i = 2; i < 500; i++) {
            loadNow(i).release();
        }
        assertThat(value(held)).isEqualTo(1);
        held.release();
    }

    @Test
    void memoryIsBoundedWhateverIsRead() {
        for (int i = 0; i < 1000; i++) {
            loadNow(i).release();
            assertThat(cache.liveBytes()).isLessThanOrEqualTo(64 * BLOCK);
        }
    }

    @Test
    void aScanLeavesAloneWhatIsUsedOftenAndIsNotKept() {
        for (int round = 0; round < 20; round++) {
            for (int hot = 0; hot < 20; hot++) {
                loadNow(hot).release();
            }
        }
        loaded.clear();
        for (int cold = 1000; cold < 2000; cold++) {
            loadNow(cold).release();
        }
        assertThat(loaded).hasSize(1000);
        loaded.clear();
        for (int hot = 0; hot < 20; hot++) {
            loadNow(hot).release();
        }
        assertThat(loaded).as("hot blocks that the scan pushed out").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whoTakesABlockByTheBiteDoesNotMakeItHot() {
        for (int round = 0; round < 5; round++) {
            for (int hot = 0; hot < 20; hot++) {
                loadNow(hot).release();
            }
        }
        for (int cold = 1000; cold < 1200; cold++) {
            for (int at = 0; at < BLOCK; at += 500) {
                int number = cold;
                CompletableFuture<CachedBlock> bite = cache.get(key(cold), at, () -> load(number));
                runAll();
                bite.join().release();
            }
        }
        loaded.clear();
        for (int hot = 0; hot < 20; hot++) {
            loadNow(hot).release();
        }
        assertThat(loaded).as("hot blocks that the scan pushed out").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whatIsUsedOftenNowTakesThePlaceOfWhatWas() {
        for (int round = 0; round < 5; round++) {
            for (int old = 0; old < 30; old++) {
                loadNow(old).release();
            }
        }
        pass(32);
        loaded.clear();
        for (int old = 0; old < 30; old++) {
            loadNow(old).release();
        }
        assertThat(loaded).as("old blocks that were not kept").hasSizeLessThanOrEqualTo(3);
        for (int round = 0; round < 50; round++) {
            for (int fresh = 500; fresh < 520; fresh++) {
                loadNow(fresh).release();
                pass(2);
            }
        }
        pass(32);
        loaded.clear();
        for (int fresh = 500; fresh < 520; fresh++) {
            loadNow(fresh).release();
        }
        assertThat(loaded).as("fresh blocks that were not kept").hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void blocksOfADeletedFileGoAtOnceAndAReaderReadsOn() {
        for (int round = 0; round < 5; round++) {
            loadNow(1).release();
            loadNow(2).release();
        }
        CachedBlock held = loadNow(1);
        pass(32); // 1 and 2 are kept and not among the recent ones, the others most often the other way round
        CachedBlock recent = loadNow(3);
        loaded.clear();
        loadNow(2).release();
        assertThat(loaded).as("2 is kept").isEmpty();
        assertThat(cache.liveBytes()).isGreaterThanOrEqualTo(34 * BLOCK);
        cache.invalidate("file");
        assertThat(cache.liveBytes()).as("what readers hold").isEqualTo(2 * BLOCK);
        assertThat(value(held)).isEqualTo(1);
        assertThat(value(recent)).isEqualTo(3);
        held.release();
        recent.release();
        loaded.clear();
        loadNow(1).release();
        loadNow(2).release();
        loadNow(3).release();
        assertThat(loaded).containsExactly(key(1), key(2), key(3));
    }

    @Test
    void aLoadThatADeletionOvertookServesItsWaitersAndIsNotKept() {
        CompletableFuture<CachedBlock> waiting = get(1);
        cache.invalidate("file");
        runAll();
        check(waiting, 1);
        assertThat(cache.liveBytes()).isZero();
        loadNow(1).release();
        assertThat(loaded).hasSize(2);
    }

    @Test
    void whatWasReadAheadWaitsForItsReader() {
        assertThat(ahead(1)).isEqualTo(BlockCache.ReadAhead.LOADED);
        assertThat(ahead(1)).isEqualTo(BlockCache.ReadAhead.PRESENT);
        check(get(1), 1);
        assertThat(loaded).containsExactly(key(1));
        assertThat(metric("weir_read_cache_read_ahead_blocks", "used")).isEqualTo(1);
        cache.invalidate("file");
        assertThat(metric("weir_read_cache_read_ahead_blocks", "wasted")).isZero();
    }

    @Test
    void readAheadHasAShareAndGivesWayToReaders() {
        int taken = 0;
        while (taken < 100 && ahead(taken) == BlockCache.ReadAhead.LOADED) {
            taken++;
        }
        assertThat(taken).isEqualTo(24);
        for (int i = 100; i < 140; i++) {
            loadNow(i).release();
        }
        assertThat(metric("weir_read_cache_read_ahead_blocks", "wasted")).isEqualTo(24);
        assertThat(ahead(50)).isEqualTo(BlockCache.ReadAhead.LOADED);
    }

    @Test
    void aReadAheadThatFailedIsForgottenAndTakesNoShare() {
        for (int i = 0; i < 30; i++) {
            assertThat(cache.readAhead(key(i), BLOCK, BlockCacheTest::fail)).isEqualTo(BlockCache.ReadAhead.REFUSED);
        }
        assertThat(ahead(1)).isEqualTo(BlockCache.ReadAhead.LOADED);
        check(get(1), 1);
    }

    @Test
    void aBlockThatIsLargerThanTheCachePassesThrough() {
        CompletableFuture<CachedBlock> large = cache.get(key(1), 0, () -> filled(1, 100 * BLOCK));
        runAll();
        CachedBlock block = large.join();
        assertThat(value(block)).isEqualTo(1);
        block.release();
        assertThat(cache.liveBytes()).isZero();
    }

    @Test
    void aClosedCacheRefusesAndLetsReadersFinish() {
        CachedBlock held = loadNow(1);
        CompletableFuture<CachedBlock> underWay = get(2);
        cache.close();
        assertThat(value(held)).isEqualTo(1);
        held.release();
        runAll();
        check(underWay, 2);
        assertThat(catchThrowable(() -> get(3).join()))
                .cause()
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.CLOSED));
        assertThat(ahead(4)).isEqualTo(BlockCache.ReadAhead.REFUSED);
    }

    @Test
    void manyThreadsAtOnceReadTheRightBytesAndLeaveNothing() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                BlockCache shared = new BlockCache(
                        new ReadCacheConfig(8 * BLOCK, BLOCK, 3, 2, 4 * BLOCK, 2, 10),
                        executor,
                        Time.SYSTEM,
                        new PrometheusRegistry())) {
            List<Future<?>> readers = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                java.util.Random random = new java.util.Random(thread);
                readers.add(executor.submit(() -> {
                    for (int i = 0; i < 400; i++) {
                        int number = random.nextInt(24);
                        BlockLoader loader = () -> filled(number, BLOCK);
                        switch (random.nextInt(20)) {
                            case 0 -> shared.invalidate("file");
                            case 1, 2 -> shared.readAhead(key(number), BLOCK, loader);
                            case 3 -> {
                                CompletableFuture<?> _ =
                                        shared.get(key(number), 0, loader).thenAccept(CachedBlock::release);
                            }
                            default -> {
                                CachedBlock block =
                                        shared.get(key(number), 0, loader).join();
                                assertThat(value(block)).isEqualTo(number);
                                block.release();
                            }
                        }
                    }
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    private CompletableFuture<CachedBlock> get(int number) {
        return cache.get(key(number), 0, () -> load(number));
    }

    private CachedBlock loadNow(int number) {
        CompletableFuture<CachedBlock> block = get(number);
        runAll();
        return block.join();
    }

    /** Blocks that nobody asks for again go through the recent ones: 32 of them push out all others there. */
    private void pass(int blocks) {
        for (int i = 0; i < blocks; i++) {
            loadNow(passed++).release();
        }
    }

    private BlockCache.ReadAhead ahead(int number) {
        return cache.readAhead(key(number), BLOCK, () -> load(number));
    }

    private ByteBuf load(int number) {
        loaded.add(key(number));
        return filled(number, BLOCK);
    }

    private ByteBuf filled(int number, int size) {
        ByteBuf bytes = allocator.directBuffer(size, size);
        for (int i = 0; i < size / Integer.BYTES; i++) {
            bytes.writeInt(number);
        }
        return bytes;
    }

    private static ByteBuf fail() {
        throw new WeirException(FaultKind.UNAVAILABLE, "the store is away");
    }

    private static BlockKey key(int number) {
        return new BlockKey("file", number);
    }

    private static void check(CompletableFuture<CachedBlock> block, int number) {
        assertThat(block).isCompleted();
        assertThat(value(block.join())).isEqualTo(number);
        block.join().release();
    }

    /** The number that every word of the block has. */
    private static int value(CachedBlock block) {
        java.nio.ByteBuffer bytes = block.slice(0, block.sizeBytes());
        int value = bytes.getInt(0);
        for (int at = 0; at < bytes.limit(); at += Integer.BYTES) {
            assertThat(bytes.getInt(at)).isEqualTo(value);
        }
        return value;
    }

    private void runAll() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    private double metric(String name, String... label) {
        return registry.scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getName().equals(name))
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .filter(point ->
                        label.length == 0 || point.getLabels().get("result").equals(label[0]))
                .map(io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot.class::cast)
                .mapToDouble(point -> point.getValue())
                .sum();
    }
}
