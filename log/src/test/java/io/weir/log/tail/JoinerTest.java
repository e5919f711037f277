package io.weir.log.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.weir.log.commitlog.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class JoinerTest {
    private final Tail tail = new Tail();
    private final Joiner joiner = new Joiner(PooledByteBufAllocator.DEFAULT);
    private final LogEntry.Target target = new Silent();
    private final List<Integer> rows = new ArrayList<>();

    private static final class Silent implements LogEntry.Target {
        @Override
        public TopicIdPartition id() {
            return new TopicIdPartition(new Uuid(1, 1), 0, "t");
        }

        @Override
        public void committed(LogEntry entry) {}

        @Override
        public void settled() {}

        @Override
        public void delayed(LogEntry entry, RuntimeException cause) {}

        @Override
        public void abandoned(LogEntry entry, RuntimeException cause) {}
    }

    private void durable(long offset, int epoch, int valueBytes) {
        MemoryRecords records = MemoryRecords.withRecords(
                offset, Compression.NONE, epoch, new SimpleRecord(offset, null, new byte[valueBytes]));
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(records.sizeInBytes());
        frame.writeBytes(records.buffer().duplicate());
        LogEntry entry = LogEntry.data(target, epoch, offset, offset + 1, offset, frame.nioBuffer(), frame, null);
        tail.add(entry);
        if (joiner.endsBefore(entry)) {
            join();
        }
        joiner.note(entry);
    }

    private void join() {
        LogEntry[] row = joiner.join(tail);
        if (row.length > 0) {
            rows.add(row.length);
        }
        for (LogEntry entry : row) {
            entry.free();
        }
    }

    private List<Long> bases() {
        List<Long> bases = new ArrayList<>();
        for (int i = 0; i < tail.size(); i++) {
            bases.add(tail.get(i).baseOffset());
        }
        return bases;
    }

    @Test
    void rowsOfManySmallBatchesBecomeOneEntryEach() {
        for (int i = 0; i < Joiner.MOST_BATCHES * 2 + 1; i++) {
            durable(i, 1, 10);
        }
        assertThat(rows).containsExactly(Joiner.MOST_BATCHES, Joiner.MOST_BATCHES);
        assertThat(bases()).containsExactly(0L, (long) Joiner.MOST_BATCHES, 2L * Joiner.MOST_BATCHES);
        assertThat(tail.get(0).nextOffset()).isEqualTo(Joiner.MOST_BATCHES);
        assertThat(tail.get(0).maxTimestampMs()).isEqualTo(Joiner.MOST_BATCHES - 1);
    }

    @Test
    void aRowNeverGoesAcrossTheEndOfASegment() {
        durable(0, 1, 10);
        durable(1, 1, 10);
        join();
        joiner.endAt(4);
        for (int i = 2; i < 7; i++) {
            durable(i, 1, 10);
        }
        join();
        assertThat(bases()).containsExactly(0L, 2L, 4L);
    }

    @Test
    void aLargeBatchAndAnotherEpochEndARow() {
        durable(0, 1, 10);
        durable(1, 1, 10);
        durable(2, 1, Joiner.SMALL_BYTES);
        durable(3, 1, 10);
        durable(4, 1, 10);
        durable(5, 2, 10);
        durable(6, 2, 10);
        join();
        assertThat(rows).containsExactly(2, 2, 2);
        assertThat(bases()).containsExactly(0L, 2L, 3L, 5L);
    }

    @Test
    void aRowHasNoMoreBytesThanItMay() {
        for (int i = 0; i < 20; i++) {
            durable(i, 1, Joiner.SMALL_BYTES - 100);
        }
        for (int i = 0; i < tail.size(); i++) {
            assertThat(tail.get(i).sizeBytes()).isLessThanOrEqualTo(Joiner.MOST_BYTES);
        }
        assertThat(rows).containsExactly(8, 8);
    }

    @Test
    void whatIsInASegmentOrGoneIsLeftAsItIs() {
        durable(0, 1, 10);
        durable(1, 1, 10);
        joiner.forgetBelow(1);
        durable(2, 1, 10);
        durable(3, 1, 10);
        tail.dropBelow(3, LogEntry::free);
        join();
        assertThat(bases()).containsExactly(3L);
        assertThat(rows).isEmpty();
    }

    @Test
    void theRingKeepsItsOrderWhereverTheRowLies() {
        for (int round = 0; round < 50; round++) {
            durable(round * 4L, 1, 10);
            durable(round * 4L + 1, 1, 10);
            durable(round * 4L + 2, 1, 10);
            joiner.endAt(round * 4L + 3);
            durable(round * 4L + 3, 1, 10);
            joiner.forgetBelow(Long.MAX_VALUE);
            tail.dropBelow(round * 4L - 8, LogEntry::free);
        }
        assertThat(rows).hasSize(50).allMatch(count -> count == 3);
        assertThat(bases()).containsExactly(188L, 191L, 192L, 195L, 196L, 199L);
    }
}
