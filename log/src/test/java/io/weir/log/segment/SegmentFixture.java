package io.weir.log.segment;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.common.buffer.LeasedRecords;
import io.weir.storage.AppendFile;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.EpochEntry;

/** Batches and segments for tests. */
final class SegmentFixture {
    static final Uuid TOPIC = Uuid.fromString("AAECAwQFBgcICQoLDA0ODw");
    static final SegmentId ID = new SegmentId(TOPIC, 3, 100, 7, 0);

    // Blocks of two batches, one and two.
    private static final int BLOCK_BYTES = 250;

    private SegmentFixture() {}

    /** A batch whose records have these timestamps and offsets from {@code baseOffset} on. */
    static ByteBuffer batch(long baseOffset, int epoch, Compression compression, int valueBytes, long... timestamps) {
        Random random = new Random(baseOffset);
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(200 + timestamps.length * (valueBytes + 30)),
                RecordBatch.MAGIC_VALUE_V2,
                compression,
                TimestampType.CREATE_TIME,
                baseOffset,
                RecordBatch.NO_TIMESTAMP,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                epoch)) {
            for (long timestamp : timestamps) {
                byte[] value = new byte[valueBytes];
                random.nextBytes(value);
                builder.append(timestamp, null, value);
            }
            ByteBuffer heap = builder.build().buffer();
            return ByteBuffer.allocateDirect(heap.remaining()).put(heap).flip();
        }
    }

    /** Five small batches in offsets 100 to 119, with gaps at 104..105 and 119, out-of-order timestamps. */
    static List<ByteBuffer> smallBatches() {
        return List.of(
                batch(100, 5, Compression.NONE, 20, 1000, 1020, 1010, 1005),
                batch(106, 5, Compression.NONE, 10, 1030),
                batch(107, 7, Compression.NONE, 30, 1025, 1026, 1100),
                batch(110, 7, Compression.NONE, 5, 1040, 1050, 1060, 1100, 1080),
                batch(115, 7, Compression.NONE, 1, 1090, 1091, 1092, 1093));
    }

    static SegmentEnd smallEnd() {
        return new SegmentEnd(
                120,
                List.of(new EpochEntry(2, 40), new EpochEntry(5, 90), new EpochEntry(7, 107)),
                List.of(
                        new AbortedTransactionEntry(4001, 80, 106, 100),
                        new AbortedTransactionEntry(4002, 107, 118, 119)),
                List.of(
                        new ProducerSnapshotEntry(
                                4001,
                                (short) 2,
                                9,
                                1030,
                                OptionalLong.empty(),
                                List.of(new BatchMetadata(3, 103, 3, 1020), new BatchMetadata(4, 106, 0, 1030))),
                        new ProducerSnapshotEntry(4003, (short) 0, -1, 1093, OptionalLong.of(115), List.of())));
    }

    static SegmentSummary writeSmall(Store store) {
        return write(store, ID, new SegmentConfig(BLOCK_BYTES, 100), smallBatches(), smallEnd());
    }

    static SegmentSummary write(
            Store store, SegmentId id, SegmentConfig config, List<ByteBuffer> batches, SegmentEnd end) {
        try (SegmentWriter writer = SegmentWriter.create(store, id, config)) {
            batches.forEach(writer::append);
            return writer.finish(end);
        }
    }

    /** Two partitions' segments in one pack. */
    static final PackId PACK = new PackId(1, 42, 6);

    static List<SegmentSummary> writeSmallPack(Store store) {
        try (PackWriter pack = PackWriter.create(store, PACK, new SegmentConfig(BLOCK_BYTES, 4096))) {
            SectionWriter first = pack.begin(ID);
            smallBatches().forEach(first::append);
            pack.end(smallEnd());
            SectionWriter second = pack.begin(new SegmentId(TOPIC, 4, 0, 1, 0));
            second.append(batch(0, 1, Compression.NONE, 8, 500, 400));
            pack.end(new SegmentEnd(2, List.of(new EpochEntry(1, 0)), List.of(), List.of()));
            return pack.finish();
        }
    }

    static MemoryStore memoryStore() {
        return new MemoryStore(Time.SYSTEM);
    }

    static byte[] readAll(Store store, String path) {
        try (ReadFile file = store.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    static void put(Store store, String path, byte[] bytes) {
        try (AppendFile file = store.create(path)) {
            file.append(List.of(ByteBuffer.wrap(bytes)));
            file.seal();
        }
    }

    /** The bytes of a lease, which is released. */
    static ByteBuffer take(LeasedRecords records) {
        try {
            return records.copy().buffer();
        } finally {
            records.release();
        }
    }

    static ByteBuffer concatenate(List<ByteBuffer> buffers) {
        ByteBuffer all = ByteBuffer.allocate(
                buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(buffer -> all.put(buffer.duplicate()));
        return all.flip();
    }

    static List<Long> offsets(ByteBuffer batches) {
        List<Long> offsets = new ArrayList<>();
        MemoryRecords.readableRecords(batches).records().forEach(record -> offsets.add(record.offset()));
        return offsets;
    }

    /** Buffers that have been taken from the allocator and not given back. */
    static long active(PooledByteBufAllocator allocator) {
        return allocator.metric().directArenas().stream()
                .mapToLong(arena -> arena.numActiveAllocations())
                .sum();
    }
}
