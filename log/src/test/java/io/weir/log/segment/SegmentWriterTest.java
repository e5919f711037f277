package io.weir.log.segment;

import static io.weir.log.segment.SegmentFixture.ID;
import static io.weir.log.segment.SegmentFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.MeteredStore;
import io.weir.storage.Store;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class SegmentWriterTest {
    private static final SegmentEnd END = new SegmentEnd(2000, List.of(), List.of(), List.of());

    private final Store store = SegmentFixture.memoryStore();

    @Test
    void aSegmentCostsFewWritesAndOneSeal() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Store metered = new MeteredStore(store, Time.SYSTEM, registry);
        List<ByteBuffer> batches = LongStream.range(100, 1100)
                .mapToObj(offset -> batch(offset, 1, Compression.NONE, 1000, offset))
                .toList();
        SegmentFixture.write(metered, ID, new SegmentConfig(16 * 1024, 512 * 1024), batches, END);
        assertThat(operations(registry, "append")).isBetween(1L, 4L);
        assertThat(operations(registry, "seal")).isEqualTo(1);
        assertThat(operations(registry, "flush")).isZero();
    }

    @Test
    void batchesAreNotCopiedAndTheirBuffersNotMoved() {
        ByteBuffer batch = batch(100, 1, Compression.NONE, 10, 5);
        int limit = batch.limit();
        try (SegmentWriter writer = SegmentWriter.create(store, ID, SegmentConfig.defaults())) {
            writer.append(batch);
            assertThat(batch.position()).isZero();
            assertThat(batch.limit()).isEqualTo(limit);
            batch.put(limit - 1, (byte) (batch.get(limit - 1) ^ 1)); // after the checksum, before the write
            writer.finish(END);
        }
        assertThat(batch.position()).isZero();
        assertThat(SegmentFixture.readAll(store, ID.path())[limit - 1]).isEqualTo(batch.get(limit - 1));
    }

    @Test
    void whatIsNotFinishedIsRemoved() {
        SegmentWriter writer = SegmentWriter.create(store, ID, SegmentConfig.defaults());
        writer.append(batch(100, 1, Compression.NONE, 10, 5));
        writer.close();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void whatFailedIsRemoved() {
        FaultyStore faulty = new FaultyStore(store, new Random(1), delay -> {});
        for (Operation operation : List.of(Operation.APPEND, Operation.SEAL)) {
            faulty.use(new ScriptedFaults().once(operation, "topics/", new Fault.Before()));
            try (SegmentWriter writer = SegmentWriter.create(faulty, ID, SegmentConfig.defaults())) {
                writer.append(batch(100, 1, Compression.NONE, 10, 5));
                assertFault(FaultKind.UNAVAILABLE, () -> writer.finish(END));
            }
            assertThat(store.list("")).isEmpty();
        }
    }

    @Test
    void aSegmentIsWrittenOnce() {
        SegmentFixture.writeSmall(store);
        assertFault(FaultKind.INVALID, () -> SegmentWriter.create(store, ID, SegmentConfig.defaults()));
        SegmentReader.open(store, ID, UnpooledByteBufAllocator.DEFAULT).close();
    }

    @Test
    void whatIsNoSegmentIsABug() {
        ByteBuffer good = batch(100, 1, Compression.NONE, 10, 5, 6);
        assertBug(batch(99, 1, Compression.NONE, 10, 5));
        assertBug(good, batch(101, 1, Compression.NONE, 10, 5));
        assertBug(good.slice(0, good.remaining() - 1));
        assertBug(good.slice(0, 20));
        ByteBuffer old = ByteBuffer.allocate(good.remaining())
                .put(good.duplicate())
                .put(16, (byte) 1)
                .flip();
        assertBug(old);
        ByteBuffer huge = ByteBuffer.allocate(good.remaining())
                .put(good.duplicate())
                .putInt(8, Integer.MAX_VALUE)
                .flip();
        assertBug(huge);
        try (SegmentWriter writer = SegmentWriter.create(store, ID, SegmentConfig.defaults())) {
            writer.append(good);
            SegmentEnd early = new SegmentEnd(101, List.of(), List.of(), List.of());
            assertFault(FaultKind.INTERNAL, () -> writer.finish(early));
        }
    }

    @Test
    void offsetsThatOutgrowTheFormatAreRefused() {
        try (SegmentWriter writer = SegmentWriter.create(store, ID, SegmentConfig.defaults())) {
            writer.append(batch(100, 1, Compression.NONE, 10, 5));
            assertFault(
                    FaultKind.INVALID,
                    () -> writer.append(batch(100L + Integer.MAX_VALUE, 1, Compression.NONE, 10, 5)));
        }
    }

    @Test
    void sectionsOfAPackComeOneAfterAnother() {
        try (PackWriter pack = PackWriter.create(store, SegmentFixture.PACK, SegmentConfig.defaults())) {
            pack.begin(ID);
            assertFault(FaultKind.INTERNAL, () -> pack.begin(ID));
            assertFault(FaultKind.INTERNAL, pack::finish);
            pack.end(END);
            assertFault(FaultKind.INTERNAL, () -> pack.end(END));
        }
        assertThat(store.list("")).isEmpty();
    }

    private void assertBug(ByteBuffer... batches) {
        try (SegmentWriter writer = SegmentWriter.create(store, ID, SegmentConfig.defaults())) {
            assertFault(FaultKind.INTERNAL, () -> List.of(batches).forEach(writer::append));
        }
    }

    private static void assertFault(FaultKind kind, Runnable call) {
        WeirException fault = catchThrowableOfType(WeirException.class, call::run);
        assertThat(fault).isNotNull();
        assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(kind);
    }

    private static long operations(PrometheusRegistry registry, String operation) {
        return registry.scrape("weir_storage_operation_seconds"::equals).stream()
                .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
                .filter(point -> operation.equals(point.getLabels().get("operation")))
                .mapToLong(HistogramSnapshot.HistogramDataPointSnapshot::getCount)
                .sum();
    }
}
