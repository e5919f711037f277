package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.segment.SegmentRead;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final int BLOCK = 100;

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Segments segments = new Segments();
    private final ReadAhead readAhead = new ReadAhead(new ReadCacheConfig(10_000, BLOCK, 5, 4, 900, 2, 3), tasks::add);

    private void read(int partition, long offset, long nextOffset, int bytes) {
        readAhead.onRead(LogFixture.id(partition), offset, nextOffset, bytes, segments);
    }

    private List<String> asked() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
        List<String> asked = List.copyOf(segments.asked);
        segments.asked.clear();
        return asked;
    }

    @Test
    void whoReadsOnHasMoreAndMoreReadAhead() {
        read(0, 0, 10, BLOCK);
        assertThat(asked()).as("one read is no sequence").isEmpty();
        List<String> sizes = new ArrayList<>();
        for (int i = 1; i < 6; i++) {
            read(0, 10L * i, 10L * i + 10, BLOCK);
            sizes.add(asked().getFirst());
        }
        assertThat(sizes).containsExactly("20+200", "30+400", "40+800", "50+900", "60+900");
    }

    @Test
    void whoJumpsAboutHasNothingReadAhead() {
        for (long offset : new long[] {0, 500, 30, 200, 70}) {
            read(0, offset, offset + 10, BLOCK);
        }
        read(1, 10, 20, BLOCK);
        assertThat(asked()).isEmpty();
    }

    @Test
    void whoReadsLittleAtATimeIsLookedAfterOnceABlock() {
        int times = 0;
        for (int i = 0; i < 50; i++) {
            read(0, i, i + 1, BLOCK / 10);
            times += asked().isEmpty() ? 0 : 1;
        }
        assertThat(times).isEqualTo(1 + 48 / 10);
    }

    @Test
    void noMoreRunsForAReaderThanTheConfigSays() {
        for (int i = 0; i < 10; i++) {
            read(0, i, i + 1, BLOCK);
        }
        assertThat(tasks).hasSize(2);
        asked();
        read(0, 10, 11, BLOCK);
        assertThat(tasks).hasSize(2);
    }

    @Test
    void readersOfOnePartitionAreToldApart() {
        read(0, 0, 10, BLOCK);
        read(0, 500, 510, BLOCK);
        read(0, 10, 20, BLOCK);
        read(0, 510, 520, BLOCK);
        assertThat(asked()).contains("20+200", "520+200");
    }

    @Test
    void whoFindsAllThreadsTakenHasHisTurnWhereHeIsByThen() {
        for (int partition = 0; partition < 3; partition++) {
            read(partition, 0, 10, BLOCK);
        }
        for (int partition = 0; partition < 3; partition++) {
            read(partition, 10, 20, BLOCK);
        }
        read(2, 20, 30, BLOCK);
        assertThat(tasks).as("as many as may run").hasSize(4);
        assertThat(asked()).containsExactlyInAnyOrder("20+200", "20+200", "20+200", "20+200", "30+400");
        read(2, 30, 40, BLOCK);
        assertThat(asked()).as("nobody runs any more").containsExactly("40+800", "40+800");
    }

    @Test
    void atTheEndOfTheSegmentsThereIsNothingToRead() {
        read(0, 980, 990, BLOCK);
        read(0, 990, 1000, BLOCK);
        assertThat(asked()).isEmpty();
    }

    @Test
    void theReadersSeenLastAreRemembered() {
        read(0, 0, 10, BLOCK);
        for (int i = 1; i < 4; i++) {
            read(i, 0, 10, BLOCK);
        }
        read(0, 10, 20, BLOCK);
        assertThat(asked()).isEmpty();
        read(3, 10, 20, BLOCK);
        assertThat(asked()).contains("20+200");
    }

    @Test
    void aStoreThatFailsIsLeftForTheReaderToMeet() {
        segments.fault = new WeirException(FaultKind.UNAVAILABLE, "away");
        read(0, 0, 10, BLOCK);
        read(0, 10, 20, BLOCK);
        asked();
        segments.fault = null;
        read(0, 20, 30, BLOCK);
        assertThat(asked()).contains("30+400");
    }

    /** Offsets 0 to 999, remembering what is asked for. */
    private static final class Segments implements ColdLog {
        private final List<String> asked = new ArrayList<>();
        private @Nullable WeirException fault;

        @Override
        public long firstOffset() {
            return 0;
        }

        @Override
        public long nextOffset() {
            return 1000;
        }

        @Override
        public long sizeBytes() {
            return 0;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public SegmentRead read(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable SegmentRead readPresent(long offset, long endOffset, int maxBytes, boolean minOneBatch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void readAhead(long offset, int bytes) {
            if (fault != null) {
                throw fault;
            }
            asked.add(offset + "+" + bytes);
        }

        @Override
        public List<AbortedTransaction> aborted(long fromOffset, long toOffset) {
            return List.of();
        }

        @Override
        public Optional<TimestampAndOffset> findByTimestamp(long timestampMs, long fromOffset) {
            return Optional.empty();
        }

        @Override
        public Optional<TimestampAndOffset> findMaxTimestamp(long fromOffset) {
            return Optional.empty();
        }

        @Override
        public List<Stretch> stretches() {
            return List.of();
        }
    }
}
