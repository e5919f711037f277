package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.PACK;
import static io.weir.log.segment.SegmentFixture.active;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.storage.memory.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.junit.jupiter.api.Test;

class PackTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final MemoryStore store = SegmentFixture.memoryStore();

    @Test
    void theDirectorySaysWhatTheWriterKnew() {
        List<SegmentSummary> written = SegmentFixture.writeSmallPack(store);
        List<PackSection> read = PackDirectory.read(store, PACK);
        assertThat(read).extracting(PackSection::summary).isEqualTo(written).hasSize(2);
        SegmentEnd end = SegmentFixture.smallEnd();
        assertThat(read.getFirst().state()).isEqualTo(new SegmentState(end.epochs(), end.producers()));
        assertThat(written).allMatch(section -> section.location().inPack());
        assertThat(written.getFirst().location().path()).isEqualTo(PACK.path());
    }

    @Test
    void aSectionIsByteForByteASegment() {
        SegmentLocation section =
                SegmentFixture.writeSmallPack(store).getFirst().location();
        SegmentFixture.writeSmall(store);
        byte[] pack = SegmentFixture.readAll(store, PACK.path());
        assertThat(Arrays.copyOfRange(pack, (int) section.start(), (int) (section.start() + section.lengthBytes())))
                .isEqualTo(SegmentFixture.readAll(store, SegmentFixture.ID.path()));
    }

    @Test
    void sectionsAreReadLikeSegments() {
        List<SegmentSummary> sections = SegmentFixture.writeSmallPack(store);
        try (SegmentReader first = SegmentReader.open(store, sections.get(0).location(), allocator);
                SegmentReader second = SegmentReader.open(store, sections.get(1).location(), allocator)) {
            assertThat(SegmentFixture.offsets(take(first.read(107, 1, true).records())))
                    .containsExactly(107L, 108L, 109L);
            assertThat(SegmentFixture.offsets(take(second.read(0, 1000, true).records())))
                    .containsExactly(0L, 1L);
            assertThat(second.findMaxTimestamp(0).orElseThrow().timestamp).isEqualTo(500);
            assertThat(first.producers()).isEqualTo(SegmentFixture.smallEnd().producers());
            first.verify();
            second.verify();
        }
        assertThat(active(allocator)).isZero();
    }

    @Test
    void aLargeStateIsTheSegmentsAlone() {
        List<ProducerSnapshotEntry> producers = IntStream.range(0, 100)
                .mapToObj(id -> new ProducerSnapshotEntry(id, (short) 0, 0, 1, OptionalLong.empty(), List.of()))
                .toList();
        SegmentId large = new SegmentId(SegmentFixture.ID.topicId(), 7, 0, 1, 0);
        SegmentId small = new SegmentId(SegmentFixture.ID.topicId(), 8, 0, 1, 0);
        try (PackWriter pack = PackWriter.create(store, PACK, SegmentConfig.defaults())) {
            pack.begin(large);
            pack.end(new SegmentEnd(10, List.of(new EpochEntry(1, 0)), List.of(), producers));
            pack.begin(small);
            pack.end(new SegmentEnd(5, List.of(new EpochEntry(1, 2)), List.of(), producers.subList(0, 3)));
            pack.finish();
        }
        List<PackSection> read = PackDirectory.read(store, PACK);
        assertThat(read.get(0).state()).isNull();
        assertThat(read.get(1).state())
                .isEqualTo(new SegmentState(List.of(new EpochEntry(1, 2)), producers.subList(0, 3)));
        try (SegmentReader reader =
                SegmentReader.open(store, read.get(0).summary().location(), allocator)) {
            assertThat(reader.producers()).isEqualTo(producers);
        }
    }

    @Test
    void aPackMayBeEmpty() {
        try (PackWriter pack = PackWriter.create(store, PACK, SegmentConfig.defaults())) {
            assertThat(pack.finish()).isEmpty();
        }
        assertThat(PackDirectory.read(store, PACK)).isEmpty();
    }
}
