package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.ID;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import io.weir.storage.fault.Stall;
import io.weir.storage.local.LocalStore;
import io.weir.storage.local.LocalStoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real directory, where an open segment is an open descriptor. */
class SegmentCacheTest {
    private static final SegmentEnd END = new SegmentEnd(1000, List.of(), List.of(), List.of());

    @TempDir
    private Path directory;

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    @SuppressWarnings("NullAway") // set before each test
    private LocalStore local;

    @SuppressWarnings("NullAway")
    private FaultyStore store;

    @BeforeEach
    void openStore() {
        local = new LocalStore(LocalStoreConfig.defaults(directory));
        store = new FaultyStore(local, new Random(1), delay -> {});
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(local.openFiles()).isZero();
        assertThat(SegmentFixture.active(allocator)).isZero();
        store.close();
    }

    @Test
    void aSegmentIsOpenedOnceAndStaysOpen() {
        SegmentLocation segment = writeSegment(1);
        try (SegmentCache cache = cache(10)) {
            for (int i = 0; i < 3; i++) {
                read(cache, segment);
            }
            assertThat(local.openFiles()).isEqualTo(1);
            store.use(new ScriptedFaults().once(Operation.OPEN, "", new Fault.Before()));
            read(cache, segment);
        }
    }

    @Test
    void theLeastRecentlyUsedAreClosed() {
        List<SegmentLocation> segments = List.of(writeSegment(1), writeSegment(2), writeSegment(3), writeSegment(4));
        try (SegmentCache cache = cache(2)) {
            segments.subList(0, 2).forEach(segment -> read(cache, segment));
            read(cache, segments.get(0));
            read(cache, segments.get(2));
            assertThat(cache.size()).isEqualTo(2);
            assertThat(local.openFiles()).isEqualTo(2);
            store.use((operation, path) -> operation == Operation.OPEN ? new Fault.Before() : Fault.NONE);
            read(cache, segments.get(0));
            read(cache, segments.get(2));
            assertThat(catchThrowableOfType(WeirException.class, () -> read(cache, segments.get(1))))
                    .isNotNull();
        }
    }

    @Test
    void memoryIsBoundedToo() {
        SegmentLocation first = writeSegment(1);
        SegmentLocation second = writeSegment(2);
        try (SegmentCache cache =
                new SegmentCache(new SegmentCacheConfig(10, 300), store, allocator, new PrometheusRegistry())) {
            read(cache, first);
            read(cache, second);
            assertThat(cache.size()).isEqualTo(1);
        }
        try (SegmentCache none =
                new SegmentCache(new SegmentCacheConfig(0, 0), store, allocator, new PrometheusRegistry())) {
            read(none, first);
            assertThat(none.size()).isZero();
            assertThat(local.openFiles()).isZero();
        }
    }

    @Test
    void aReadOutlivesEvictionDeletionAndTheCache() {
        SegmentLocation segment = writeSegment(1);
        SegmentCache cache = cache(1);
        SegmentLease lease = cache.acquire(segment);
        read(cache, writeSegment(2));
        assertThat(take(lease.reader().read(0, 1000, true).records()).remaining())
                .isPositive();
        cache.invalidate(segment.path());
        store.delete(segment.path());
        assertThat(take(lease.reader().read(0, 1000, true).records()).remaining())
                .isPositive();
        cache.close();
        assertThat(take(lease.reader().read(0, 1000, true).records()).remaining())
                .isPositive();
        lease.close();
        lease.close();
        assertThat(catchThrowableOfType(WeirException.class, () -> cache.acquire(segment))
                        .kind())
                .isEqualTo(FaultKind.CLOSED);
    }

    @Test
    void afterInvalidationTheFileIsOpenedAnew() {
        SegmentLocation segment = writeSegment(1);
        try (SegmentCache cache = cache(10)) {
            try (SegmentLease lease = cache.acquire(segment)) {
                cache.invalidate(segment.path());
                store.delete(segment.path());
                assertThat(catchThrowableOfType(WeirException.class, () -> cache.acquire(segment))
                                .kind())
                        .isEqualTo(FaultKind.INVALID);
                writeSegment(1);
                read(cache, segment);
                assertThat(take(lease.reader().read(0, 1000, true).records()).remaining())
                        .isPositive();
            }
        }
    }

    @Test
    void aFailureIsNotKept() {
        SegmentLocation segment = writeSegment(1);
        try (SegmentCache cache = cache(10)) {
            store.use(new ScriptedFaults()
                    .once(Operation.OPEN, "", new Fault.Before())
                    .once(Operation.READ, "", new Fault.Before()));
            for (int i = 0; i < 2; i++) {
                assertThat(catchThrowableOfType(WeirException.class, () -> read(cache, segment))
                                .kind())
                        .isEqualTo(FaultKind.UNAVAILABLE);
                assertThat(cache.size()).isZero();
                assertThat(local.openFiles()).isZero();
            }
            read(cache, segment);
        }
    }

    @Test
    void sectionsOfAPackShareOneFile() {
        List<SegmentSummary> sections = SegmentFixture.writeSmallPack(store);
        try (SegmentCache cache = cache(10)) {
            sections.forEach(section -> read(cache, section.location()));
            assertThat(cache.size()).isEqualTo(2);
            assertThat(cache.openFiles()).isEqualTo(1);
            assertThat(local.openFiles()).isEqualTo(1);
        }
    }

    @Test
    void manyFirstReadersOpenOnce() throws Exception {
        SegmentLocation segment = writeSegment(1);
        try (SegmentCache cache = cache(10);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                Stall stall = store.stall(Operation.OPEN, "")) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                readers.add(executor.submit(() -> read(cache, segment)));
            }
            assertThat(stall.awaitArrival(Duration.ofSeconds(20))).isTrue();
            store.use(new ScriptedFaults().once(Operation.OPEN, "", new Fault.Before()));
            stall.release();
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    @Test
    void readersEvictionsAndDeletionsAtOnceLeaveNothingOpen() throws Exception {
        List<SegmentLocation> segments = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            segments.add(writeSegment(i));
        }
        try (SegmentCache cache = cache(3);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> readers = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(thread);
                readers.add(executor.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        SegmentLocation segment = segments.get(random.nextInt(segments.size()));
                        if (random.nextInt(20) == 0) {
                            cache.invalidate(segment.path());
                        } else {
                            read(cache, segment);
                        }
                    }
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            assertThat(local.openFiles()).isLessThanOrEqualTo(3);
        }
    }

    private SegmentCache cache(int segments) {
        return new SegmentCache(
                new SegmentCacheConfig(segments, Long.MAX_VALUE), store, allocator, new PrometheusRegistry());
    }

    private SegmentLocation writeSegment(int partition) {
        return SegmentFixture.write(
                        store,
                        new SegmentId(ID.topicId(), partition, 0, 0, 0),
                        SegmentConfig.defaults(),
                        List.of(SegmentFixture.batch(0, 0, Compression.NONE, 10, 1, 2, 3)),
                        END)
                .location();
    }

    private static void read(SegmentCache cache, SegmentLocation segment) {
        try (SegmentLease lease = cache.acquire(segment)) {
            assertThat(take(lease.reader()
                                    .read(segment.id().baseOffset(), 1000, true)
                                    .records())
                            .remaining())
                    .isPositive();
        }
    }
}
