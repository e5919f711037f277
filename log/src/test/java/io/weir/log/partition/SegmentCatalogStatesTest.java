package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.log.segment.PackId;
import io.weir.log.segment.PackWriter;
import io.weir.log.segment.ProducerSnapshotEntry;
import io.weir.log.segment.SegmentConfig;
import io.weir.log.segment.SegmentEnd;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLocation;
import io.weir.log.segment.SegmentState;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.memory.MemoryStore;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.junit.jupiter.api.Test;

/** What the catalog remembers of packs, so that nobody reads the footers of a thousand segments. */
class SegmentCatalogStatesTest {
    private static final Uuid TOPIC = new Uuid(0, 7);
    private static final PackId OLD = new PackId(1, 1, 0);
    private static final PackId NEW = new PackId(2, 3, 0);

    private final MemoryStore store = new MemoryStore(new SimulatedTime());
    private final SegmentCatalog catalog = new SegmentCatalog(store);

    private static SegmentState state(int epoch) {
        return new SegmentState(
                List.of(new EpochEntry(epoch, 0)),
                List.of(new ProducerSnapshotEntry(epoch, (short) 1, 0, 5, OptionalLong.empty(), List.of())));
    }

    /** Partition 0 from and to these offsets, and all of partition 1. */
    private List<SegmentSummary> pack(PackId id, long from, long to, int epoch) {
        SegmentState state = state(epoch);
        try (PackWriter pack = PackWriter.create(store, id, SegmentConfig.defaults())) {
            pack.begin(new SegmentId(TOPIC, 0, from, epoch, 0));
            pack.end(new SegmentEnd(to, state.epochs(), List.of(), state.producers()));
            pack.begin(new SegmentId(TOPIC, 1, 0, epoch, 0));
            pack.end(new SegmentEnd(1, state.epochs(), List.of(), state.producers()));
            return pack.finish();
        }
    }

    private void refresh() {
        catalog.refresh(
                List.of(new TopicIdPartition(TOPIC, new TopicPartition("t", 0))),
                (writer, sequence) -> false,
                Runnable::run);
    }

    @Test
    void theFurthestSectionOfAPartitionSaysWhatWasBehindIt() {
        SegmentSummary before = pack(OLD, 0, 10, 1).getFirst();
        refresh();
        assertThat(catalog.state(before)).isEqualTo(state(1));
        SegmentSummary after = pack(NEW, 10, 20, 3).getFirst();
        assertThat(catalog.state(after)).as("not listed yet").isNull();
        refresh();
        assertThat(catalog.state(after)).isEqualTo(state(3));
        assertThat(catalog.state(before)).as("nobody needs it").isNull();
    }

    @Test
    void aPackThatIsGoneIsForgotten() {
        SegmentSummary gone = pack(OLD, 0, 10, 1).getFirst();
        refresh();
        store.delete(OLD.path());
        refresh();
        assertThat(catalog.state(gone)).isNull();
    }

    @Test
    void aSegmentOfItsOwnIsNotTakenForASection() {
        SegmentSummary section = pack(OLD, 0, 10, 1).getFirst();
        refresh();
        SegmentId id = section.id();
        SegmentSummary own =
                new SegmentSummary(SegmentLocation.ofFile(id, section.location().lengthBytes()), 10, 0, -1, 0);
        assertThat(catalog.state(own)).isNull();
    }

    @Test
    void aLifesOwnPacksAreRememberedToo() {
        SegmentSummary section = pack(OLD, 0, 10, 1).getFirst();
        catalog.load(OptionalLong.empty(), 0);
        assertThat(catalog.state(section)).isEqualTo(state(1));
        assertThat(catalog.pieceDropped(section.location())).isFalse();
        assertThat(catalog.pieceDropped(section.location())).isTrue();
        assertThat(catalog.state(section)).isNull();
    }
}
