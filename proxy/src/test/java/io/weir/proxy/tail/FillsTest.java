package io.weir.proxy.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/** Who waits for whose answer, and how much is asked for. */
class FillsTest {
    private static final int MOST = 64_000;

    private final Fills fills = new Fills(MOST);

    /** Ten records of a hundred bytes each or so. */
    private static Chunk chunk(long from) {
        SimpleRecord[] records = new SimpleRecord[10];
        Arrays.fill(records, new SimpleRecord(new byte[87]));
        ByteBuffer bytes =
                MemoryRecords.withRecords(from, Compression.NONE, records).buffer();
        Chunk chunk = Chunk.of(from, LeasedRecords.unowned(bytes), List.of());
        assertThat(chunk).isNotNull();
        assertThat(chunk.sizeBytes()).isBetween(950, 1_050);
        return chunk;
    }

    @Test
    void onlyTheSameOffsetIsCoveredWhileNothingIsKnown() {
        Fills.Fill first = fills.begin(100, null);
        assertThat(first.maxBytes()).isEqualTo(MOST);
        assertThat(fills.covering(100)).isSameAs(first);
        assertThat(fills.covering(101)).isNull();
        assertThat(fills.covering(99)).isNull();
    }

    @Test
    void whoIsNearWaitsForTheAnswerAndWhoIsFarDoesNot() {
        fills.seen(chunk(0));
        Fills.Fill first = fills.begin(1_000, null);
        assertThat(fills.covering(1_500)).isSameAs(first);
        assertThat(fills.covering(1_700)).as("70,000 bytes away").isNull();
        Fills.Fill second = fills.begin(1_700, null);
        assertThat(fills.covering(1_750)).isSameAs(second);
        fills.end(second);
        assertThat(fills.covering(1_750)).isNull();
        fills.end(first);
        assertThat(fills.isEmpty()).isTrue();
    }

    @Test
    void noMoreIsAskedForThanIsMissing() {
        fills.seen(chunk(0));
        assertThat(fills.begin(1_000, 1_100L).maxBytes()).as("in memory").isBetween(10_000, 14_000);
        assertThat(fills.begin(900, null).maxBytes()).as("under way").isBetween(10_000, 14_000);
        assertThat(fills.begin(5_000, 50_000L).maxBytes()).as("far away").isEqualTo(MOST);
    }

    @Test
    void aShortQuestionCoversLess() {
        fills.seen(chunk(0));
        Fills.Fill small = fills.begin(1_000, 1_100L);
        assertThat(fills.covering(1_050)).isSameAs(small);
        assertThat(fills.covering(1_200)).isNull();
    }

    @Test
    void anEarlierQuestionForTheSameOffsetStays() {
        Fills.Fill first = fills.begin(100, null);
        fills.end(new Fills.Fill(100, 1, first.answer()));
        assertThat(fills.covering(100)).isSameAs(first);
    }
}
