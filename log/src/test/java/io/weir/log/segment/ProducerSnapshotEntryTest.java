package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.junit.jupiter.api.Test;

class ProducerSnapshotEntryTest {
    @Test
    void kafkasEntryIsHeldWhole() {
        ProducerStateEntry kafkas = new ProducerStateEntry(7, (short) 3, 4, 1234, OptionalLong.of(90));
        List<BatchMetadata> batches = List.of(new BatchMetadata(10, 95, 5, 1200));
        ProducerSnapshotEntry entry = ProducerSnapshotEntry.of(kafkas, batches);
        assertThat(entry.batches()).isEqualTo(batches);
        assertThat(entry.entryWithoutBatches()).usingRecursiveComparison().isEqualTo(kafkas);
    }

    @Test
    void everythingComesBackFromItsBytes() {
        List<ProducerSnapshotEntry> entries = SegmentFixture.smallEnd().producers();
        assertThat(ProducerSnapshots.decode(ProducerSnapshots.encode(entries))).isEqualTo(entries);
        assertThat(ProducerSnapshots.decode(ProducerSnapshots.encode(List.of())))
                .isEmpty();
    }
}
