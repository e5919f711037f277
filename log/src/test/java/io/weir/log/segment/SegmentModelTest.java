package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.active;
import static io.weir.log.segment.SegmentFixture.concatenate;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.storage.Store;
import io.weir.storage.local.LocalStore;
import io.weir.storage.local.LocalStoreConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random segments against a plain list of batches. */
class SegmentModelTest {
    private static final List<Compression> COMPRESSIONS = List.of(
            Compression.NONE,
            Compression.gzip().build(),
            Compression.lz4().build(),
            Compression.zstd().build(),
            Compression.snappy().build());

    private record Rec(long timestamp, long offset, int epoch) {}

    private record Batch(ByteBuffer bytes, long lastOffset, List<Rec> records) {}

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyReadIsWhatTheModelSays(long seed) {
        try (Store store = SegmentFixture.memoryStore()) {
            run(seed, store);
        }
    }

    @Test
    void theSameOnADisk(@TempDir Path directory) {
        try (Store store = new LocalStore(LocalStoreConfig.defaults(directory))) {
            run(11, store);
        }
    }

    private void run(long seed, Store store) {
        Random random = new Random(seed);
        long base = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 40);
        List<Batch> model = batches(random, base);
        long next = model.getLast().lastOffset + 1 + random.nextInt(3);
        SegmentId id = new SegmentId(SegmentFixture.TOPIC, 1, base, 5, 2);
        SegmentConfig config = new SegmentConfig(1 + random.nextInt(5000), 1 + random.nextInt(20_000));
        try (SegmentWriter writer = SegmentWriter.create(store, id, config)) {
            for (int i = 0; i < model.size(); i++) {
                int together = Math.min(model.size() - i, 1 + random.nextInt(3));
                writer.append(concatenate(model.subList(i, i + together).stream()
                        .map(Batch::bytes)
                        .toList()));
                i += together - 1;
            }
            writer.finish(new SegmentEnd(next, List.of(), List.of(), List.of()));
        }
        try (SegmentReader reader = SegmentReader.open(store, id, allocator)) {
            for (int i = 0; i < 300; i++) {
                checkRead(seed, random, reader, model, base, next);
                checkTimestamps(seed, random, reader, model, base, next);
            }
            reader.verify();
        }
        assertThat(active(allocator)).isZero();
    }

    private static List<Batch> batches(Random random, long base) {
        List<Batch> batches = new ArrayList<>();
        long offset = base + random.nextInt(2);
        for (int i = 0; i < 100; i++) {
            long[] timestamps = random.longs(1 + random.nextInt(20), 1000, 1000 + 50 * i + 100)
                    .toArray();
            int epoch = i / 30;
            ByteBuffer bytes = SegmentFixture.batch(
                    offset,
                    epoch,
                    COMPRESSIONS.get(random.nextInt(COMPRESSIONS.size())),
                    random.nextInt(random.nextInt(10) == 0 ? 3000 : 100),
                    timestamps);
            List<Rec> records = new ArrayList<>();
            for (long timestamp : timestamps) {
                records.add(new Rec(timestamp, offset++, epoch));
            }
            batches.add(new Batch(bytes, offset - 1, records));
            offset += random.nextInt(5) == 0 ? random.nextInt(10) : 0;
        }
        return batches;
    }

    private static void checkRead(
            long seed, Random random, SegmentReader reader, List<Batch> model, long base, long next) {
        long offset = base + random.nextLong(next - base + 2);
        long end = random.nextBoolean() ? next : model.get(random.nextInt(model.size())).lastOffset + 1;
        int maxBytes = random.nextInt(random.nextBoolean() ? 100 : 40_000);
        boolean minOne = random.nextBoolean();
        List<ByteBuffer> expected = new ArrayList<>();
        int size = 0;
        for (Batch batch : model) {
            if (batch.lastOffset >= offset && offset < end) {
                size += batch.bytes.remaining();
                boolean fits = size <= maxBytes || (minOne && expected.isEmpty());
                if (batch.lastOffset >= end || !fits) {
                    break;
                }
                expected.add(batch.bytes);
            }
        }
        SegmentRead read = reader.read(offset, end, maxBytes, minOne);
        ByteBuffer found = take(read.records());
        String what = "seed " + seed + " read " + offset + ".." + end + " of " + maxBytes + " bytes";
        // It may stop up to a block earlier than the bytes allow, but never at nothing, and never anywhere else.
        ByteBuffer all = concatenate(expected);
        assertThat(found.remaining()).as(what).isLessThanOrEqualTo(all.remaining());
        assertThat(found).as(what).isEqualTo(all.slice(0, found.remaining()));
        assertThat(found.hasRemaining()).as(what).isEqualTo(all.hasRemaining());
        long last = offset - 1;
        for (var batch : MemoryRecords.readableRecords(found).batches()) {
            assertThat(batch.isValid()).as(what).isTrue();
            last = batch.lastOffset();
        }
        assertThat(read.nextOffset()).as(what).isGreaterThan(last);
        if (read.nextOffset() < Math.min(end, next)) {
            ByteBuffer rest = take(
                    reader.read(read.nextOffset(), end, Integer.MAX_VALUE, true).records());
            int at = found.remaining();
            ByteBuffer everything = concatenate(model.stream()
                    .filter(batch -> batch.lastOffset >= offset && batch.lastOffset < end)
                    .map(Batch::bytes)
                    .toList());
            assertThat(rest).as(what).isEqualTo(everything.slice(at, everything.remaining() - at));
        }
    }

    private static void checkTimestamps(
            long seed, Random random, SegmentReader reader, List<Batch> model, long base, long next) {
        long timestamp = random.nextLong(900, 6500);
        long from = random.nextBoolean() ? 0 : base + random.nextLong(next - base + 1);
        List<Rec> records = model.stream()
                .flatMap(batch -> batch.records.stream())
                .filter(record -> record.offset >= from)
                .toList();
        String what = "seed " + seed + " timestamp " + timestamp + " from " + from;
        assertThat(reader.findByTimestamp(timestamp, from))
                .as(what)
                .isEqualTo(records.stream()
                        .filter(record -> record.timestamp >= timestamp)
                        .findFirst()
                        .map(SegmentModelTest::found));
        assertThat(reader.findMaxTimestamp(from))
                .as(what)
                .isEqualTo(records.stream()
                        .min(Comparator.comparingLong((Rec record) -> -record.timestamp)
                                .thenComparingLong(record -> record.offset))
                        .map(SegmentModelTest::found));
    }

    private static TimestampAndOffset found(Rec record) {
        return new TimestampAndOffset(record.timestamp, record.offset, Optional.of(record.epoch));
    }
}
