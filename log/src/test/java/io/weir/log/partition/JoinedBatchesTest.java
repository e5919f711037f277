package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.Partition;
import io.weir.log.Partition.AppendListener;
import io.weir.log.ReadResult.Found;
import io.weir.log.tail.TailCache;
import io.weir.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;

/** Small durable batches are joined in the tail; whoever reads must not be able to tell. */
class JoinedBatchesTest {
    private static final int BATCHES = 150;

    private record Batch(long base, long next, int bytes) {}

    private final List<Batch> appended = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /** Batches of one to three records whose timestamps go up and down. */
    private void fill(Partition partition, int count) {
        for (int i = 0; i < count; i++) {
            long base = values.size();
            String[] some = IntStream.range(0, 1 + i % 3)
                    .mapToObj(record -> "v" + (base + record))
                    .toArray(String[]::new);
            MemoryRecords batch = records(timestamp(base), some);
            append(partition, batch).durable();
            for (String value : some) {
                values.add(values.size() + "=" + value);
            }
            appended.add(new Batch(base, values.size(), batch.sizeInBytes()));
        }
    }

    private static long timestamp(long base) {
        return 10_000 + base * 7919 % 1000 * 10;
    }

    @Test
    void readsEndWhereTheyWouldWithEveryBatchByItself() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            fill(partition, BATCHES);

            assertThat(read(partition, 0, 1 << 20, true).buffers()).hasSizeLessThan(BATCHES / 4);
            for (long offset = 0; offset < values.size(); offset++) {
                for (int maxBytes : new int[] {1, 80, 200, 1000, 5000, 1 << 20}) {
                    for (boolean minOne : new boolean[] {true, false}) {
                        assertThat(extent(read(partition, offset, maxBytes, minOne)))
                                .as("at %d, %d bytes, %s", offset, maxBytes, minOne)
                                .isEqualTo(expected(offset, maxBytes, minOne));
                    }
                }
            }
        }
    }

    private static LeasedRecords read(Partition partition, long offset, int maxBytes, boolean minOne) {
        Found found = (Found) get(partition.read(offset, maxBytes, minOne, IsolationLevel.READ_UNCOMMITTED));
        found.records().release(); // the tail keeps them for as long as the test looks
        return found.records();
    }

    private static Batch extent(LeasedRecords records) {
        long base = -1;
        long next = -1;
        for (var buffer : records.buffers()) {
            for (MutableRecordBatch batch :
                    MemoryRecords.readableRecords(buffer.duplicate()).batches()) {
                batch.ensureValid();
                base = base < 0 ? batch.baseOffset() : base;
                next = batch.nextOffset();
            }
        }
        return new Batch(base, next, records.sizeInBytes());
    }

    private Batch expected(long offset, int maxBytes, boolean minOne) {
        long base = -1;
        long next = -1;
        int bytes = 0;
        for (Batch batch : appended) {
            boolean fits = bytes + batch.bytes() <= maxBytes || (minOne && bytes == 0);
            if (batch.next() > offset && !fits) {
                break;
            }
            if (batch.next() > offset) {
                base = base < 0 ? batch.base() : base;
                next = batch.next();
                bytes += batch.bytes();
            }
        }
        return new Batch(base, next, bytes);
    }

    @Test
    void timestampsAreFoundBatchByBatch() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            fill(partition, BATCHES);

            long largest = appended.stream()
                    .mapToLong(batch -> timestamp(batch.base()) + batch.next() - batch.base() - 1)
                    .max()
                    .orElseThrow();
            assertThat(get(partition.findMaxTimestamp()).orElseThrow().timestamp)
                    .isEqualTo(largest);
            for (long wanted = 10_000; wanted <= largest; wanted += 333) {
                assertThat(get(partition.findByTimestamp(wanted, IsolationLevel.READ_UNCOMMITTED))
                                .orElseThrow()
                                .offset)
                        .isEqualTo(firstAtOrAfter(wanted));
            }
        }
    }

    private long firstAtOrAfter(long wanted) {
        for (Batch batch : appended) {
            for (long offset = batch.base(); offset < batch.next(); offset++) {
                if (timestamp(batch.base()) + offset - batch.base() >= wanted) {
                    return offset;
                }
            }
        }
        throw new AssertionError("none");
    }

    @Test
    void aLogStartInTheMidstOfThemAndAFlushLeaveTheRest() {
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            fill(partition, BATCHES / 2);
            get(partition.deleteRecordsBefore(51));
            node.log.flushAll();
            fill(partition, BATCHES / 2);
            node.log.flushAll();
            fill(partition, 10);

            assertThat(consume(partition, 51)).isEqualTo(values.subList(51, values.size()));
        }
    }

    @Test
    void theFramesThatTheyCameInGoBackAndTheAccountIsEven() {
        List<ByteBuf> frames = new ArrayList<>();
        try (LogFixture node = LogFixture.open(new MemoryStore(Time.SYSTEM), 10)) {
            Partition partition = node.own(0);
            for (int i = 0; i < BATCHES; i++) {
                ByteBuf frame = LogFixture.frame(records(1000, "v" + i));
                frames.add(frame);
                CompletableFuture<Void> durable = new CompletableFuture<>();
                get(partition.append(
                        MemoryRecords.readableRecords(frame.nioBuffer()),
                        frame,
                        AppendOrigin.CLIENT,
                        (short) 0,
                        new AppendListener() {
                            @Override
                            public void acknowledged() {
                                durable.complete(null);
                            }

                            @Override
                            public void failed(Exception cause) {
                                durable.completeExceptionally(cause);
                            }
                        }));
                frame.release();
                get(durable);
            }
            assertThat(frames.subList(0, BATCHES / 2)).allMatch(frame -> frame.refCnt() == 0);

            node.log.flushAll();
            // Whoever needs all of the cache gets all of it, to the byte.
            TailCache cache = node.log.cache();
            assertThat(cache.dirtyBytes()).isZero();
            assertThat(cache.reserve(cache.capacityBytes())).isTrue();
            assertThat(cache.usedBytes()).isEqualTo(cache.capacityBytes());
        }
        assertThat(frames).allMatch(frame -> frame.refCnt() == 0);
    }
}
