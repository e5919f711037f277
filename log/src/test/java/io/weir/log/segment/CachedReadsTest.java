package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.ID;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.cache.BlockCache;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedReadsTest {
    private static final int BLOCK_BYTES = 1000;

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final FaultyStore store = new FaultyStore(new MemoryStore(Time.SYSTEM), new Random(1), delay -> {});
    private final List<ByteBuffer> batches = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        assertThat(SegmentFixture.active(allocator)).isZero();
    }

    /** Batches of many sizes with gaps between some, in blocks of the index of about {@code indexBytes}. */
    private SegmentSummary write(Random random, int indexBytes) {
        long offset = ID.baseOffset();
        for (int i = 0; i < 60; i++) {
            int valueBytes = random.nextInt(20) == 0 ? 3 * BLOCK_BYTES : random.nextInt(300);
            long[] timestamps = new long[1 + random.nextInt(3)];
            batches.add(SegmentFixture.batch(offset, 7, Compression.NONE, valueBytes, timestamps));
            offset += timestamps.length + (random.nextInt(5) == 0 ? random.nextInt(4) : 0);
        }
        return SegmentFixture.write(
                store,
                ID,
                new SegmentConfig(indexBytes, 1 << 20),
                batches,
                new SegmentEnd(offset + 2, List.of(), List.of(), List.of()));
    }

    private BlockCache blocks(long bytes) {
        return new BlockCache(
                new ReadCacheConfig(bytes, BLOCK_BYTES, 101, 100, 4 * BLOCK_BYTES, 1, 10),
                Runnable::run,
                Time.SYSTEM,
                new PrometheusRegistry());
    }

    private SegmentCache segments(BlockCache blocks) {
        return new SegmentCache(
                new SegmentCacheConfig(10, Long.MAX_VALUE), store, allocator, new PrometheusRegistry(), blocks);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5_000, 1_000_000})
    void findsWholeBatchesInOrderAndAtLeastHalfOfWhatFits(int cacheBytes) {
        for (int seed = 0; seed < 30; seed++) {
            batches.clear();
            Random random = new Random(seed);
            SegmentSummary summary = write(random, 1 + random.nextInt(2 * BLOCK_BYTES));
            try (BlockCache blocks = blocks(cacheBytes);
                    SegmentCache segments = segments(blocks)) {
                for (int i = 0; i < 200; i++) {
                    long span = summary.nextOffset() - ID.baseOffset();
                    long offset = ID.baseOffset() - 2 + random.nextLong(span + 4);
                    long end = offset + random.nextLong(span) + 1;
                    int max = random.nextInt(6 * BLOCK_BYTES);
                    boolean minOne = random.nextBoolean();
                    String what = "seed " + seed + " read " + offset + ".." + end + " max " + max + " " + minOne;
                    check(segments.read(summary.location(), offset, end, max, minOne), offset, end, max, minOne, what);
                    SegmentRead again = segments.readPresent(summary.location(), offset, end, max, minOne);
                    if (again != null) {
                        check(again, offset, end, max, minOne, what + " again");
                    } else if (offset < end) {
                        assertThat(cacheBytes).as(what + " again").isLessThan(1_000_000);
                    }
                }
            }
            store.delete(ID.path());
        }
    }

    private void check(SegmentRead read, long offset, long end, int max, boolean minOne, String what) {
        List<ByteBuffer> wanted = new ArrayList<>();
        int size = 0;
        long next = offset;
        for (ByteBuffer batch : batches) {
            if (BatchHeader.lastOffset(batch, 0) < offset) {
                continue;
            }
            boolean fits = size + batch.remaining() <= max || (size == 0 && minOne);
            if (BatchHeader.lastOffset(batch, 0) >= end || !fits) {
                break;
            }
            size += batch.remaining();
            wanted.add(batch);
        }
        ByteBuffer expected = SegmentFixture.concatenate(wanted);
        for (ByteBuffer piece : read.records().buffers()) {
            assertThat(wholeBatches(piece)).as(what).isTrue();
        }
        ByteBuffer found = take(read.records());
        assertThat(found).as(what).isEqualTo(expected.slice(0, found.remaining()));
        assertThat(found.hasRemaining()).as(what).isEqualTo(expected.hasRemaining());
        // What is not taken is a block that would only fit in part; batches before the offset count in theirs.
        if (found.remaining() < expected.remaining()) {
            assertThat(found.remaining() + 6 * BLOCK_BYTES).as(what).isGreaterThanOrEqualTo(max / 2);
        }
        if (found.hasRemaining()) {
            next = SegmentFixture.offsets(found).getLast() + 1;
        }
        assertThat(read.nextOffset()).as(what).isGreaterThanOrEqualTo(next);
        for (ByteBuffer batch : batches) {
            boolean skipped =
                    BatchHeader.baseOffset(batch, 0) >= next && BatchHeader.lastOffset(batch, 0) < read.nextOffset();
            assertThat(skipped).as(what + " skips a batch").isFalse();
        }
    }

    private static boolean wholeBatches(ByteBuffer piece) {
        int bytes = 0;
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(piece.duplicate()).batches()) {
            bytes += batch.sizeInBytes();
        }
        return bytes == piece.remaining();
    }

    @Test
    void whoReadsInOrderHasEachBlockLoadedOnce() {
        SegmentSummary summary = write(new Random(3), 200);
        try (BlockCache blocks = blocks(20_000);
                SegmentCache segments = segments(blocks)) {
            List<Integer> reads = new ArrayList<>();
            store.use((operation, path) -> {
                if (operation == Operation.READ) {
                    reads.add(1);
                }
                return Fault.NONE;
            });
            segments.acquire(summary.location()).close();
            reads.clear();
            List<Long> offsets = new ArrayList<>();
            for (long at = ID.baseOffset(); at < summary.nextOffset(); ) {
                SegmentRead read = segments.read(summary.location(), at, Long.MAX_VALUE, 2 * BLOCK_BYTES, true);
                offsets.addAll(SegmentFixture.offsets(take(read.records())));
                at = read.nextOffset();
            }
            assertThat(offsets).isEqualTo(SegmentFixture.offsets(SegmentFixture.concatenate(batches)));
            assertThat(reads).hasSizeLessThanOrEqualTo(summary.dataBytes() / BLOCK_BYTES + 1);
        }
    }

    @Test
    void readAheadBringsTheNextBlocksAndTellsWhatIsLeft() {
        SegmentSummary summary = write(new Random(3), 200);
        try (BlockCache blocks = blocks(1_000_000);
                SegmentCache segments = segments(blocks)) {
            assertThat(segments.readAhead(summary.location(), ID.baseOffset(), 3 * BLOCK_BYTES))
                    .isZero();
            store.use((operation, path) -> operation == Operation.READ ? new Fault.Before() : Fault.NONE);
            SegmentRead read = segments.read(summary.location(), ID.baseOffset(), Long.MAX_VALUE, 2000, true);
            assertThat(take(read.records()).remaining()).isPositive();
            assertThat(segments.readAhead(summary.location(), ID.baseOffset(), 100 * BLOCK_BYTES))
                    .as("the store fails: no more for now")
                    .isNegative();
            store.heal();
            assertThat(segments.readAhead(summary.location(), ID.baseOffset(), 100 * BLOCK_BYTES))
                    .isEqualTo(100 * BLOCK_BYTES - summary.dataBytes());
        }
    }

    @Test
    void whatIsNotInMemoryIsNotFetchedByWhoOnlyWantsWhatIs() {
        SegmentSummary summary = write(new Random(3), 200);
        try (BlockCache blocks = blocks(1_000_000);
                SegmentCache segments = segments(blocks)) {
            assertThat(present(segments, summary)).as("not open").isNull();
            segments.acquire(summary.location()).close();
            store.use((operation, path) -> operation == Operation.READ ? new Fault.Before() : Fault.NONE);
            assertThat(present(segments, summary)).as("not loaded").isNull();
            store.heal();
            assertThat(segments.readAhead(summary.location(), ID.baseOffset(), BLOCK_BYTES))
                    .isZero();
            assertThat(present(segments, summary)).as("one block of several").isNull();
            assertThat(segments.readAhead(summary.location(), ID.baseOffset(), 8 * BLOCK_BYTES))
                    .isZero();
            store.use((operation, path) -> operation == Operation.READ ? new Fault.Before() : Fault.NONE);
            SegmentRead found = Objects.requireNonNull(present(segments, summary));
            assertThat(take(found.records()).remaining()).isGreaterThanOrEqualTo(2 * BLOCK_BYTES);
        }
    }

    private static @Nullable SegmentRead present(SegmentCache segments, SegmentSummary summary) {
        return segments.readPresent(summary.location(), ID.baseOffset(), Long.MAX_VALUE, 5 * BLOCK_BYTES, true);
    }

    @Test
    void aFewBytesForASlowClientDoNotHoldABlock() {
        for (int i = 0; i < 20; i++) {
            batches.add(SegmentFixture.batch(ID.baseOffset() + i, 7, Compression.NONE, 10, 1));
        }
        SegmentSummary summary = SegmentFixture.write(
                store, ID, SegmentConfig.defaults(), batches, new SegmentEnd(500, List.of(), List.of(), List.of()));
        try (BlockCache blocks = blocks(1);
                SegmentCache segments = segments(blocks)) {
            SegmentRead few = segments.read(summary.location(), 105, Long.MAX_VALUE, 1, true);
            assertThat(blocks.liveBytes()).isZero();
            SegmentRead many = segments.read(summary.location(), 105, Long.MAX_VALUE, 1_000_000, true);
            assertThat(blocks.liveBytes()).isPositive();
            assertThat(SegmentFixture.offsets(take(few.records()))).containsExactly(105L);
            assertThat(SegmentFixture.offsets(take(many.records()))).hasSize(15);
            assertThat(blocks.liveBytes()).isZero();
        }
    }

    @Test
    void damageIsToldByWhoeverReachesItAndWhatIsBeforeItIsRead() {
        SegmentSummary summary = write(new Random(3), 200);
        byte[] bytes = SegmentFixture.readAll(store, ID.path());
        bytes[summary.dataBytes() / 2] ^= 1;
        store.delete(ID.path());
        SegmentFixture.put(store, ID.path(), bytes);
        try (BlockCache blocks = blocks(1_000_000);
                SegmentCache segments = segments(blocks)) {
            long at = ID.baseOffset();
            WeirException damage = null;
            while (damage == null) {
                long from = at;
                SegmentRead[] read = new SegmentRead[1];
                damage = catchThrowableOfType(
                        WeirException.class,
                        () -> read[0] = segments.read(summary.location(), from, Long.MAX_VALUE, 100_000, true));
                if (damage == null) {
                    assertThat(take(read[0].records()).remaining()).isPositive();
                    at = read[0].nextOffset();
                }
            }
            assertThat(at).isGreaterThan(ID.baseOffset()).isLessThan(summary.nextOffset());
            assertThat(damage.kind()).isEqualTo(FaultKind.CORRUPT);
        }
    }

    @Test
    void aDeletedFilesBlocksAreForgotten() {
        SegmentSummary summary = write(new Random(3), 200);
        try (BlockCache blocks = blocks(1_000_000);
                SegmentCache segments = segments(blocks)) {
            SegmentRead read = segments.read(summary.location(), ID.baseOffset(), Long.MAX_VALUE, 2000, true);
            assertThat(blocks.liveBytes()).isPositive();
            segments.invalidate(ID.path());
            store.delete(ID.path());
            assertThat(take(read.records()).remaining()).isPositive();
            assertThat(blocks.liveBytes()).isZero();
            assertThat(catchThrowableOfType(
                                    WeirException.class,
                                    () -> segments.read(
                                            summary.location(), ID.baseOffset(), Long.MAX_VALUE, 2000, true))
                            .kind())
                    .isEqualTo(FaultKind.INVALID);
        }
    }

    @Test
    void aFailureIsNotKept() {
        SegmentSummary summary = write(new Random(3), 200);
        try (BlockCache blocks = blocks(1_000_000);
                SegmentCache segments = segments(blocks)) {
            segments.acquire(summary.location()).close();
            store.use(new ScriptedFaults().once(Operation.READ, "", new Fault.Before()));
            assertThat(catchThrowableOfType(
                                    WeirException.class,
                                    () -> segments.read(
                                            summary.location(), ID.baseOffset(), Long.MAX_VALUE, 2000, true))
                            .kind())
                    .isEqualTo(FaultKind.UNAVAILABLE);
            SegmentRead read = segments.read(summary.location(), ID.baseOffset(), Long.MAX_VALUE, 2000, true);
            assertThat(take(read.records()).remaining()).isPositive();
        }
    }
}
