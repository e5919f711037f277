package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.storage.memory.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The formats as they were first written. When one of these fails the format has changed: raise its version, keep
 * reading the old one, and add a file instead of replacing one.
 */
class GoldenFilesTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final MemoryStore store = SegmentFixture.memoryStore();

    @Test
    void aSegmentIsWrittenAsEver() {
        SegmentFixture.writeSmall(store);
        assertThat(SegmentFixture.readAll(store, SegmentFixture.ID.path())).isEqualTo(golden("segment-v1.bin"));
    }

    @Test
    void aPackIsWrittenAsEver() {
        SegmentFixture.writeSmallPack(store);
        assertThat(SegmentFixture.readAll(store, SegmentFixture.PACK.path())).isEqualTo(golden("pack-v2.bin"));
    }

    @Test
    void theSegmentIsRead() {
        SegmentFixture.put(store, SegmentFixture.ID.path(), golden("segment-v1.bin"));
        try (SegmentReader reader = SegmentReader.open(store, SegmentFixture.ID, allocator)) {
            assertThat(SegmentFixture.take(reader.read(100, 10_000, true).records()))
                    .isEqualTo(SegmentFixture.concatenate(SegmentFixture.smallBatches()));
            assertThat(reader.producers()).isEqualTo(SegmentFixture.smallEnd().producers());
            assertThat(reader.epochs()).isEqualTo(SegmentFixture.smallEnd().epochs());
            assertThat(reader.abortedTransactions())
                    .isEqualTo(SegmentFixture.smallEnd().abortedTransactions());
            reader.verify();
        }
    }

    @Test
    void aPackWithoutStatesIsRead() {
        assertThat(readPack("pack-v1.bin")).allMatch(section -> section.state() == null);
    }

    @Test
    void aPackIsReadAndItsStatesAreTheSegments() {
        readPack("pack-v2.bin").forEach(section -> {
            try (SegmentReader reader =
                    SegmentReader.open(store, section.summary().location(), allocator)) {
                assertThat(section.state()).isEqualTo(new SegmentState(reader.epochs(), reader.producers()));
            }
        });
    }

    private List<PackSection> readPack(String golden) {
        SegmentFixture.put(store, SegmentFixture.PACK.path(), golden(golden));
        List<PackSection> sections = PackDirectory.read(store, SegmentFixture.PACK);
        assertThat(sections)
                .extracting(section -> section.summary().id().partition())
                .containsExactly(3, 4);
        sections.forEach(section -> {
            try (SegmentReader reader =
                    SegmentReader.open(store, section.summary().location(), allocator)) {
                assertThat(reader.summary()).isEqualTo(section.summary());
                reader.verify();
            }
        });
        return sections;
    }

    private static byte[] golden(String name) {
        try (InputStream file = Objects.requireNonNull(
                GoldenFilesTest.class.getResourceAsStream("/segment/" + name), "no golden file " + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
