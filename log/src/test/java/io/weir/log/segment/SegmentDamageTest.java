package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.ID;
import static io.weir.log.segment.SegmentFixture.active;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte of a segment and of a pack damaged, one at a time; every length that either could be cut to. */
class SegmentDamageTest {
    private static final String CORRUPT = "corrupt";

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(active(allocator)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x80, 0xff})
    void anyFlippedByteOfASegmentIsDetectedAndNeverServed(int mask) {
        MemoryStore store = SegmentFixture.memoryStore();
        SegmentFixture.writeSmall(store);
        byte[] good = SegmentFixture.readAll(store, ID.path());
        List<String> truth = observe(store, SegmentLocation.ofFile(ID, good.length));
        assertThat(truth).doesNotContain(CORRUPT);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) mask;
            List<String> seen = observe(holding(ID.path(), bad), SegmentLocation.ofFile(ID, bad.length));
            assertDetected("byte " + at, truth, seen);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x80, 0xff})
    void anyFlippedByteOfAPackIsDetectedAndNeverServed(int mask) {
        MemoryStore store = SegmentFixture.memoryStore();
        List<SegmentSummary> sections = SegmentFixture.writeSmallPack(store);
        byte[] good = SegmentFixture.readAll(store, SegmentFixture.PACK.path());
        List<String> truth = observePack(store, sections);
        assertThat(truth).doesNotContain(CORRUPT);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) mask;
            assertDetected("byte " + at, truth, observePack(holding(SegmentFixture.PACK.path(), bad), sections));
        }
    }

    @Test
    void aSegmentThatIsCutOffIsRefusedAtWhateverLength() {
        MemoryStore store = SegmentFixture.memoryStore();
        SegmentFixture.writeSmall(store);
        byte[] good = SegmentFixture.readAll(store, ID.path());
        for (int length = 0; length < good.length; length++) {
            Store cut = holding(ID.path(), Arrays.copyOf(good, length));
            assertRefused(length, ID.path(), () -> SegmentReader.open(cut, ID, allocator));
        }
        for (int more = 1; more < 100; more++) {
            Store longer = holding(ID.path(), Arrays.copyOf(good, good.length + more));
            assertRefused(good.length + more, ID.path(), () -> SegmentReader.open(longer, ID, allocator));
        }
    }

    @Test
    void aSegmentThatIsCutOffBehindARecordThatLooksLikeOneIsRefused() {
        MemoryStore store = SegmentFixture.memoryStore();
        SegmentFixture.writeSmall(store);
        byte[] image = SegmentFixture.readAll(store, ID.path());
        byte[] cut = ByteBuffer.allocate(image.length + 70)
                .put(SegmentFixture.smallBatches().getFirst().limit(70))
                .put(image)
                .array();
        assertRefused(cut.length, ID.path(), () -> SegmentReader.open(holding(ID.path(), cut), ID, allocator));
    }

    @Test
    void aPackThatIsCutOffIsRefusedAtWhateverLength() {
        MemoryStore store = SegmentFixture.memoryStore();
        List<SegmentSummary> sections = SegmentFixture.writeSmallPack(store);
        byte[] good = SegmentFixture.readAll(store, SegmentFixture.PACK.path());
        SegmentLocation second = sections.get(1).location();
        for (int length = 0; length < good.length; length++) {
            Store cut = holding(SegmentFixture.PACK.path(), Arrays.copyOf(good, length));
            assertRefused(length, SegmentFixture.PACK.path(), () -> PackDirectory.read(cut, SegmentFixture.PACK));
            if (length < second.start() + second.lengthBytes()) {
                assertRefused(length, SegmentFixture.PACK.path(), () -> SegmentReader.open(cut, second, allocator));
            }
        }
    }

    @Test
    void theErrorNamesFilePartitionAndPositionAndTheRestIsRead() {
        MemoryStore store = SegmentFixture.memoryStore();
        SegmentFixture.write(
                store, ID, new SegmentConfig(1, 1), SegmentFixture.smallBatches(), SegmentFixture.smallEnd());
        byte[] bytes = SegmentFixture.readAll(store, ID.path());
        int first = SegmentFixture.smallBatches().getFirst().remaining();
        bytes[first + 70] ^= 1; // in the second batch, a block of its own
        try (SegmentReader reader =
                SegmentReader.open(holding(ID.path(), bytes), SegmentLocation.ofFile(ID, bytes.length), allocator)) {
            WeirException fault = catchThrowableOfType(WeirException.class, () -> reader.read(104, 1000, true));
            assertThat(fault.kind()).isEqualTo(FaultKind.CORRUPT);
            assertThat(fault)
                    .hasMessageContaining(ID.path())
                    .hasMessageContaining("partition " + SegmentFixture.TOPIC + "-3")
                    .hasMessageContaining("at " + first)
                    .hasMessageContaining("goes on from 107");
            assertThat(SegmentFixture.offsets(take(reader.read(100, 1, true).records())))
                    .containsExactly(100L, 101L, 102L, 103L);
            assertThat(SegmentFixture.offsets(take(reader.read(107, 1, true).records())))
                    .containsExactly(107L, 108L, 109L);
        }
    }

    private static void assertDetected(String what, List<String> truth, List<String> seen) {
        assertThat(seen.contains(CORRUPT)).as(what + " is detected").isTrue();
        for (int i = 0; i < truth.size(); i++) {
            if (!seen.get(i).equals(CORRUPT)) {
                assertThat(seen.get(i)).as(what + ", answer " + i).isEqualTo(truth.get(i));
            }
        }
    }

    private static void assertRefused(int length, String path, Supplier<Object> open) {
        WeirException fault = catchThrowableOfType(WeirException.class, open::get);
        assertThat(fault).as("cut to " + length).isNotNull();
        assertThat(fault.kind()).as("cut to " + length).isEqualTo(FaultKind.CORRUPT);
        assertThat(fault).hasMessageContaining(path);
    }

    private static Store holding(String path, byte[] bytes) {
        Store store = SegmentFixture.memoryStore();
        SegmentFixture.put(store, path, bytes);
        return store;
    }

    private List<String> observePack(Store store, List<SegmentSummary> sections) {
        List<String> seen = new ArrayList<>();
        seen.add(observe(() -> PackDirectory.read(store, SegmentFixture.PACK).toString()));
        sections.forEach(section -> seen.addAll(observe(store, section.location())));
        return seen;
    }

    private static final List<Function<SegmentReader, String>> QUESTIONS = List.of(
            reader -> read(reader, 0),
            reader -> read(reader, 104),
            reader -> read(reader, 108),
            reader -> read(reader, 112),
            reader -> read(reader, 117),
            reader -> read(reader, 119),
            reader -> reader.findByTimestamp(1010, 0).toString(),
            reader -> reader.findByTimestamp(1031, 0).toString(),
            reader -> reader.findByTimestamp(1031, 110).toString(),
            reader -> reader.findByTimestamp(1101, 0).toString(),
            reader -> reader.findMaxTimestamp(110).toString(),
            reader -> reader.producers().toString(),
            reader -> reader.summary() + " " + reader.epochs() + reader.abortedTransactions() + reader.minTimestampMs()
                    + " " + reader.offsetOfMaxTimestamp());

    private static String read(SegmentReader reader, long offset) {
        SegmentRead read = reader.read(offset, 1, true);
        return read.nextOffset() + " " + Arrays.toString(take(read.records()).array());
    }

    /** All that a reader can be asked, each answer or that it was found corrupt. */
    private List<String> observe(Store store, SegmentLocation location) {
        try (SegmentReader reader = SegmentReader.open(store, location, allocator)) {
            return QUESTIONS.stream()
                    .map(question -> observe(() -> question.apply(reader)))
                    .toList();
        } catch (WeirException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(FaultKind.CORRUPT);
            return Collections.nCopies(QUESTIONS.size(), CORRUPT);
        }
    }

    private static String observe(Supplier<String> question) {
        try {
            return question.get();
        } catch (WeirException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(FaultKind.CORRUPT);
            return CORRUPT;
        }
    }
}
