package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.PACK;
import static io.weir.log.segment.SegmentFixture.active;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.storage.memory.MemoryStore;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final MemoryStore store = SegmentFixture.memoryStore();

    @Test
    void theDirectorySaysWhatTheWriterKnew() {
        List<SegmentSummary> written = SegmentFixture.writeSmallPack(store);
        assertThat(PackDirectory.read(store, PACK)).isEqualTo(written).hasSize(2);
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
    void aPackMayBeEmpty() {
        try (PackWriter pack = PackWriter.create(store, PACK, SegmentConfig.defaults())) {
            assertThat(pack.finish()).isEmpty();
        }
        assertThat(PackDirectory.read(store, PACK)).isEmpty();
    }
}
