package io.weir.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LiveRecordsTest {
    private static SimpleRecord put(String key, @Nullable String value) {
        return new SimpleRecord(
                1, key.getBytes(StandardCharsets.UTF_8), value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    private static LiveRecords after(LiveRecords live, MemoryRecords records) {
        for (RecordBatch batch : records.batches()) {
            live.batch(batch);
            for (Record record : batch) {
                live.record(record);
            }
        }
        return live;
    }

    private static String text(LiveRecords.Entry entry) {
        return StandardCharsets.UTF_8.decode(entry.key().duplicate()) + "="
                + StandardCharsets.UTF_8.decode(entry.value().duplicate());
    }

    @Test
    void theLastValueOfEachKeyLivesInTheOrderOfTheLog() {
        MemoryRecords records = MemoryRecords.withRecords(
                Compression.NONE, put("a", "1"), put("b", "1"), put("c", "1"), put("a", "2"), put("b", null));
        LiveRecords live = after(LiveRecords.upTo(1_000), records);
        assertThat(live.inOrder()).extracting(LiveRecordsTest::text).containsExactly("c=1", "a=2");
        assertThat(live.worthRewriting()).isTrue();
    }

    @Test
    void aLogThatIsMostlyAliveIsNotWorthIt() {
        MemoryRecords records =
                MemoryRecords.withRecords(Compression.NONE, put("a", "1"), put("b", "1"), put("c", "1"), put("a", "2"));
        assertThat(after(LiveRecords.upTo(1_000), records).worthRewriting()).isFalse();
    }

    @Test
    void moreThanTheBoundIsNotHeld() {
        MemoryRecords records = MemoryRecords.withRecords(
                Compression.NONE, put("a", "x".repeat(60)), put("b", "x".repeat(60)), put("b", "y"), put("b", "y"));
        LiveRecords live = after(LiveRecords.upTo(100), records);
        assertThat(live.worthRewriting()).isFalse();
        assertThat(live.inOrder()).isEmpty();
    }

    @Test
    void aLogWithTransactionsIsLeftAlone() {
        LiveRecords live = after(
                LiveRecords.upTo(1_000),
                MemoryRecords.withTransactionalRecords(
                        Compression.NONE, 5, (short) 0, 0, put("a", "1"), put("a", "2")));
        assertThat(live.worthRewriting()).isFalse();
    }
}
