package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.ID;
import static io.weir.log.segment.SegmentFixture.active;
import static io.weir.log.segment.SegmentFixture.concatenate;
import static io.weir.log.segment.SegmentFixture.offsets;
import static io.weir.log.segment.SegmentFixture.smallBatches;
import static io.weir.log.segment.SegmentFixture.smallEnd;
import static io.weir.log.segment.SegmentFixture.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One small segment, read in every way. Its batches: 100..103, 106, 107..109, 110..114, 115..118; next 120. */
class SegmentReadTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final MemoryStore store = SegmentFixture.memoryStore();
    private final List<ByteBuffer> batches = smallBatches();

    @SuppressWarnings("NullAway") // set before each test
    private SegmentReader reader;

    @SuppressWarnings("NullAway")
    private SegmentSummary written;

    @BeforeEach
    void open() {
        written = SegmentFixture.writeSmall(store);
        reader = SegmentReader.open(store, ID, allocator);
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        reader.close();
        assertThat(active(allocator)).isZero();
    }

    @Test
    void theFooterSaysWhatTheWriterKnew() {
        assertThat(reader.summary()).isEqualTo(written);
        assertThat(written.location().lengthBytes())
                .isEqualTo(store.list(ID.path()).getFirst().lengthBytes());
        assertThat(written.location().inPack()).isFalse();
        assertThat(reader.baseOffset()).isEqualTo(100);
        assertThat(reader.nextOffset()).isEqualTo(120);
        assertThat(written.recordCount()).isEqualTo(17);
        assertThat(written.dataBytes()).isEqualTo(concatenate(batches).remaining());
        assertThat(reader.minTimestampMs()).isEqualTo(1000);
        assertThat(reader.maxTimestampMs()).isEqualTo(1100);
        assertThat(reader.offsetOfMaxTimestamp()).isEqualTo(109);
        assertThat(reader.producers()).isEqualTo(smallEnd().producers());
        assertThat(reader.abortedTransactions()).isEqualTo(smallEnd().abortedTransactions());
        assertThat(reader.epochs()).isEqualTo(smallEnd().epochs());
        reader.verify();
    }

    @Test
    void theBatchesComeFirstAndAsTheyWere() {
        byte[] file = SegmentFixture.readAll(store, ID.path());
        assertThat(ByteBuffer.wrap(file, 0, written.dataBytes())).isEqualTo(concatenate(batches));
        assertThat(take(reader.read(100, Integer.MAX_VALUE, true).records())).isEqualTo(concatenate(batches));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 4096})
    void aLongStretchIsReadAsTheStoreLikesIt(int unit) {
        List<ByteBuffer> large = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            large.add(SegmentFixture.batch(ID.baseOffset() + i, 7, Compression.NONE, 9_999, 1));
        }
        SegmentId other = new SegmentId(SegmentFixture.TOPIC, 4, 100, 7, 0);
        AligningStore aligning = new AligningStore(store, unit);
        try (PackWriter pack = PackWriter.create(store, SegmentFixture.PACK, SegmentConfig.defaults())) {
            for (SegmentId id : List.of(ID, other)) {
                SectionWriter section = pack.begin(id);
                large.forEach(section::append);
                pack.end(new SegmentEnd(130, List.of(), List.of(), List.of()));
            }
            for (SegmentSummary summary : pack.finish()) {
                try (SegmentReader segment = SegmentReader.open(aligning, summary.location(), allocator)) {
                    for (int first = 0; first < 30; first++) {
                        LeasedRecords records = segment.read(ID.baseOffset() + first, 200_000, true)
                                .records();
                        List<ByteBuffer> expected = large.subList(first, Math.min(30, first + 19));
                        assertThat(take(records)).isEqualTo(concatenate(expected));
                    }
                }
            }
        }
        assertThat(aligning.longReads()).isGreaterThan(40);
    }

    @Test
    void aReadBeginsWithTheBatchThatHoldsTheOffsetOrTheNextOne() {
        assertThat(firstBatch(0)).isEqualTo(batches.get(0));
        assertThat(firstBatch(103)).isEqualTo(batches.get(0));
        assertThat(firstBatch(104)).isEqualTo(batches.get(1));
        assertThat(firstBatch(106)).isEqualTo(batches.get(1));
        assertThat(firstBatch(108)).isEqualTo(batches.get(2));
        assertThat(firstBatch(118)).isEqualTo(batches.get(4));
    }

    @Test
    void aReadSaysWhereToGoOn() {
        int two = batches.get(0).remaining() + batches.get(1).remaining();
        assertRead(reader.read(100, two, false), 107, 100, 101, 102, 103, 106);
        assertRead(reader.read(100, two - 1, false), 104, 100, 101, 102, 103);
        assertRead(reader.read(100, 1, true), 104, 100, 101, 102, 103);
        assertRead(reader.read(100, 1, false), 100);
        // Within a block, whose first batch does not count.
        assertRead(reader.read(106, batches.get(1).remaining(), false), 107, 106);
        assertRead(reader.read(115, 1000, true), 120, 115, 116, 117, 118);
        assertRead(reader.read(119, 1000, true), 120);
        assertRead(reader.read(120, 1000, true), 120);
        assertRead(reader.read(500, 1000, true), 500);
    }

    @Test
    void aReadEndsBeforeTheEndOffset() {
        assertRead(reader.read(106, 110, 1000, true), 110, 106, 107, 108, 109);
        assertRead(reader.read(106, 107, 1000, true), 107, 106);
        assertRead(reader.read(104, 106, 1000, true), 106);
        assertRead(reader.read(100, 100, 1000, true), 100);
        // The end never falls within a batch; if it did, the batch would wait.
        assertRead(reader.read(106, 109, 1000, true), 107, 106);
        assertRead(reader.read(107, 109, 1000, true), 107);
    }

    @Test
    void timestampsAreFoundExactly() {
        assertThat(reader.findByTimestamp(0, 0)).contains(found(1000, 100, 5));
        assertThat(reader.findByTimestamp(1001, 0)).contains(found(1020, 101, 5));
        assertThat(reader.findByTimestamp(1021, 0)).contains(found(1030, 106, 5));
        assertThat(reader.findByTimestamp(1031, 0)).contains(found(1100, 109, 7));
        assertThat(reader.findByTimestamp(1031, 110)).contains(found(1040, 110, 7));
        assertThat(reader.findByTimestamp(1031, 114)).contains(found(1080, 114, 7));
        assertThat(reader.findByTimestamp(1100, 110)).contains(found(1100, 113, 7));
        assertThat(reader.findByTimestamp(1100, 114)).isEmpty();
        assertThat(reader.findByTimestamp(1101, 0)).isEmpty();
        assertThat(reader.findByTimestamp(0, 119)).isEmpty();
    }

    @Test
    void theLargestTimestampIsFoundExactly() {
        assertThat(reader.findMaxTimestamp(0)).contains(found(1100, 109, 7));
        assertThat(reader.findMaxTimestamp(109)).contains(found(1100, 109, 7));
        assertThat(reader.findMaxTimestamp(110)).contains(found(1100, 113, 7));
        assertThat(reader.findMaxTimestamp(114)).contains(found(1093, 118, 7));
        assertThat(reader.findMaxTimestamp(119)).isEmpty();
    }

    @Test
    void epochsAreFoundByOffset() {
        assertThat(reader.epochAt(39)).isEqualTo(OptionalInt.empty());
        assertThat(reader.epochAt(40)).hasValue(2);
        assertThat(reader.epochAt(106)).hasValue(5);
        assertThat(reader.epochAt(107)).hasValue(7);
        assertThat(reader.epochAt(1000)).hasValue(7);
    }

    @Test
    void abortedTransactionsThatOverlapAreFound() {
        AbortedTransaction first = new AbortedTransaction().setProducerId(4001).setFirstOffset(80);
        AbortedTransaction second = new AbortedTransaction().setProducerId(4002).setFirstOffset(107);
        assertThat(reader.abortedTransactions(100, 107)).isEqualTo(new AbortedTransactions(List.of(first), true));
        assertThat(reader.abortedTransactions(100, 108))
                .isEqualTo(new AbortedTransactions(List.of(first, second), true));
        assertThat(reader.abortedTransactions(107, 119)).isEqualTo(new AbortedTransactions(List.of(second), true));
        assertThat(reader.abortedTransactions(107, 120)).isEqualTo(new AbortedTransactions(List.of(second), false));
        assertThat(reader.abortedTransactions(119, 120)).isEqualTo(new AbortedTransactions(List.of(), false));
        assertThat(reader.abortedTransactions(100, 100)).isEqualTo(new AbortedTransactions(List.of(first), true));
    }

    @Test
    void recordsOutliveTheReader() {
        LeasedRecords records = reader.read(100, 1000, true).records();
        reader.close();
        store.delete(ID.path());
        assertThat(offsets(take(records))).startsWith(100L, 101L);
    }

    @Test
    void aSegmentMayHaveNoRecords() {
        SegmentId empty = new SegmentId(SegmentFixture.TOPIC, 0, 50, 0, 1);
        SegmentFixture.write(
                store, empty, SegmentConfig.defaults(), List.of(), new SegmentEnd(60, List.of(), List.of(), List.of()));
        try (SegmentReader none = SegmentReader.open(store, empty, allocator)) {
            assertThat(none.read(50, 1000, true)).isEqualTo(new SegmentRead(LeasedRecords.EMPTY, 60));
            assertThat(none.findByTimestamp(0, 0)).isEmpty();
            assertThat(none.findMaxTimestamp(0)).isEmpty();
            assertThat(none.producers()).isEmpty();
            assertThat(none.abortedTransactions(0, 100)).isEqualTo(new AbortedTransactions(List.of(), false));
            none.verify();
        }
    }

    @Test
    void aFooterLargerThanTheFirstReadIsRead() {
        SegmentId id = new SegmentId(SegmentFixture.TOPIC, 0, 0, 0, 0);
        List<ByteBuffer> many = LongStream.range(0, 2000)
                .mapToObj(offset -> SegmentFixture.batch(offset, 0, Compression.NONE, 10, offset))
                .toList();
        SegmentFixture.write(
                store, id, new SegmentConfig(1, 1 << 20), many, new SegmentEnd(2000, List.of(), List.of(), List.of()));
        try (SegmentReader large = SegmentReader.open(store, id, allocator)) {
            assertThat(large.memoryBytes()).isGreaterThan(40_000);
            assertThat(take(large.read(1234, 1, true).records())).isEqualTo(many.get(1234));
            assertThat(large.findByTimestamp(1999, 0)).contains(found(1999, 1999, 0));
        }
    }

    @Test
    void aFileThatIsAnotherSegmentIsRefused() {
        SegmentId other = new SegmentId(SegmentFixture.TOPIC, 3, 101, 7, 0);
        SegmentFixture.put(store, other.path(), SegmentFixture.readAll(store, ID.path()));
        Assertions.assertThatThrownBy(() -> SegmentReader.open(store, other, allocator))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.CORRUPT))
                .hasMessageContaining(other.path())
                .hasMessageContaining(ID.path());
    }

    private ByteBuffer firstBatch(long offset) {
        return take(reader.read(offset, 1, true).records());
    }

    private static void assertRead(SegmentRead read, long nextOffset, long... offsets) {
        assertThat(offsets(take(read.records())))
                .containsExactlyElementsOf(Arrays.stream(offsets).boxed().toList());
        assertThat(read.nextOffset()).isEqualTo(nextOffset);
    }

    private static TimestampAndOffset found(long timestamp, long offset, int epoch) {
        return new TimestampAndOffset(timestamp, offset, Optional.of(epoch));
    }
}
