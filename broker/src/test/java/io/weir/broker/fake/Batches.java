package io.weir.broker.fake;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Record batches for tests. */
public final class Batches {
    private Batches() {}

    /** One batch of {@code count} small records. */
    public static MemoryRecords of(int count) {
        return of(count, 10);
    }

    /** One batch of {@code count} records with values of this size. */
    public static MemoryRecords of(int count, int valueBytes) {
        return MemoryRecords.withRecords(Compression.NONE, records(count, valueBytes));
    }

    /** One batch, compressed. */
    public static MemoryRecords compressed(Compression compression) {
        return MemoryRecords.withRecords(compression, records(3, 10));
    }

    /** Several buffers behind one another. */
    public static MemoryRecords joined(MemoryRecords... parts) {
        int size = Arrays.stream(parts).mapToInt(MemoryRecords::sizeInBytes).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        for (MemoryRecords part : parts) {
            all.put(part.buffer());
        }
        return MemoryRecords.readableRecords(all.flip());
    }

    /** The first bytes only. */
    public static MemoryRecords cut(MemoryRecords records, int bytes) {
        return MemoryRecords.readableRecords(records.buffer().slice(0, bytes));
    }

    private static SimpleRecord[] records(int count, int valueBytes) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(1_000L + i, new byte[valueBytes]);
        }
        return records;
    }
}
