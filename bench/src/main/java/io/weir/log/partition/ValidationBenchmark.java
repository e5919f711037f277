package io.weir.log.partition;

import io.weir.bench.load.Payloads;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a batch of about 16 KiB, as producers send it with their defaults, costs before it may enter the log. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ValidationBenchmark {
    private static final int BATCH_BYTES = 16_000;
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    /** Bytes of a record's value. */
    @Param({"100", "1024"})
    public int recordSize;

    /** Codec of the batch. */
    @Param({"none", "lz4"})
    public String compression = "none";

    private final BatchValidator validator = new BatchValidator(Time.SYSTEM, new NothingRefused());
    private final LogConfig config = new LogConfig(Map.of());
    private MemoryRecords records = MemoryRecords.EMPTY;

    /** Makes the batch, outside the heap, as it comes from the socket. */
    @Setup(Level.Trial)
    public void makeBatch() {
        Payloads payloads = new Payloads(recordSize);
        SimpleRecord[] values = IntStream.range(0, BATCH_BYTES / recordSize)
                .mapToObj(number -> new SimpleRecord(Time.SYSTEM.milliseconds(), payloads.of(number)))
                .toArray(SimpleRecord[]::new);
        Compression codec = Compression.of(CompressionType.forName(compression)).build();
        ByteBuffer batch = MemoryRecords.withRecords(codec, values).buffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(batch.remaining());
        records = MemoryRecords.readableRecords(direct.put(batch).flip());
    }

    /** One batch. */
    @Benchmark
    public Object validate() {
        return validator.validate(records, PARTITION, config, AppendOrigin.CLIENT);
    }

    private static final class NothingRefused implements LogValidator.MetricsRecorder {
        @Override
        public void recordInvalidMagic() {}

        @Override
        public void recordInvalidOffset() {}

        @Override
        public void recordInvalidSequence() {}

        @Override
        public void recordInvalidChecksums() {}

        @Override
        public void recordNoKeyCompactedTopic() {}
    }
}
