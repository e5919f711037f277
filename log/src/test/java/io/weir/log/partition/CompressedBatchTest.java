package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.Crc32C;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a compressed batch says of itself is not believed, and looking at it takes little memory. */
class CompressedBatchTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final LogConfig DEFAULTS = new LogConfig(Map.of());
    private static final long NOW_MS = new SimulatedTime().milliseconds();
    /** Beside hundreds of megabytes; the first to come loads classes. */
    private static final long A_LITTLE = 16_000_000;

    /** Length, attributes, timestamp, offset, no key, no value, no headers. */
    private static final byte[] TINY = {12, 0, 0, 0, 1, 1, 0};

    private final BatchValidator validator =
            new BatchValidator(new SimulatedTime(), new PlainBatchTest.BatchValidatorRecorder());
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static ByteBuffer batch(CompressionType codec, int count, Content content) throws IOException {
        ByteBufferOutputStream bytes = new ByteBufferOutputStream(1 << 16);
        bytes.write(new byte[61]);
        try (DataOutputStream out =
                new DataOutputStream(Compression.of(codec).build().wrapForOutput(bytes, RecordBatch.MAGIC_VALUE_V2))) {
            content.write(out);
        }
        ByteBuffer batch = bytes.buffer().flip();
        batch.putInt(8, batch.limit() - 12);
        batch.put(16, RecordBatch.MAGIC_VALUE_V2);
        batch.putShort(21, (short) codec.id);
        batch.putInt(23, count - 1);
        batch.putLong(27, NOW_MS);
        batch.putLong(35, NOW_MS);
        batch.putLong(43, RecordBatch.NO_PRODUCER_ID);
        batch.putShort(51, RecordBatch.NO_PRODUCER_EPOCH);
        batch.putInt(53, RecordBatch.NO_SEQUENCE);
        batch.putInt(57, count);
        return checked(batch);
    }

    private static ByteBuffer checked(ByteBuffer batch) {
        return batch.putInt(17, (int) Crc32C.compute(batch, 21, batch.limit() - 21));
    }

    private static Content tiny(int count) {
        return out -> {
            byte[] many = new byte[1000 * TINY.length];
            for (int i = 0; i < 1000; i++) {
                System.arraycopy(TINY, 0, many, i * TINY.length, TINY.length);
            }
            for (int i = 0; i < count / 1000; i++) {
                out.write(many);
            }
        };
    }

    private static LogConfig other(CompressionType codec) {
        return new LogConfig(
                Map.of(TopicConfig.COMPRESSION_TYPE_CONFIG, codec == CompressionType.GZIP ? "lz4" : "gzip"));
    }

    private BatchValidator.Valid validate(ByteBuffer batch, LogConfig config) {
        return validator.validate(MemoryRecords.readableRecords(batch), PARTITION, config, AppendOrigin.CLIENT);
    }

    private void assertRefusedAtLittleCost(ByteBuffer batch, LogConfig config, Class<? extends ApiException> refusal) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> validate(batch, config)).isInstanceOf(refusal);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated")
                .isLessThan(A_LITTLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "LZ4", "ZSTD"})
    void whatBecomesTooMuchIsRefused(CompressionType codec) throws IOException {
        // 140 MB of twenty million records, which would be gigabytes as objects.
        ByteBuffer bomb = batch(codec, 20_000_000, tiny(20_000_000));
        assertThat(bomb.limit()).isLessThan(DEFAULTS.maxMessageSize());
        assertRefusedAtLittleCost(bomb, DEFAULTS, RecordTooLargeException.class);
        ByteBuffer one = batch(codec, 1, out -> {
            ByteUtils.writeVarint(100_000_000 + 10, out);
            out.write(new byte[3]);
            ByteUtils.writeVarint(-1, out);
            ByteUtils.writeVarint(100_000_000, out);
            for (int i = 0; i < 100; i++) {
                out.write(new byte[1_000_000]);
            }
            out.write(0);
        });
        assertRefusedAtLittleCost(one, DEFAULTS, RecordTooLargeException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void recordsThatWouldBeObjectsAreBoundedInNumber(CompressionType codec) throws IOException {
        int count = (int) (CompressedBatch.MAX_HEAP_BYTES / CompressedBatch.OBJECT_BYTES) / 1000 * 1000;
        ByteBuffer many = batch(codec, count, tiny(count)); // all of one offset, so that each would be written anew
        assertRefusedAtLittleCost(many, other(codec), RecordTooLargeException.class);
        int few = 2_000;
        assertThat(validate(batch(codec, few, tiny(few)), other(codec)).converted())
                .isTrue();
        assertRefusedAtLittleCost(batch(codec, few, tiny(few)), DEFAULTS, InvalidRecordException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void lengthsInsideAreNotBelieved(CompressionType codec) throws IOException {
        for (LogConfig config : List.of(DEFAULTS, other(codec))) {
            for (int length :
                    new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 500_000_000, -1, Integer.MIN_VALUE}) {
                ByteBuffer absurd = batch(codec, 1, out -> {
                    ByteUtils.writeVarint(length, out);
                    out.write(TINY, 1, TINY.length - 1);
                });
                assertRefusedAtLittleCost(absurd, config, InvalidRecordException.class);
            }
            ByteBuffer headers = batch(codec, 1, out -> {
                ByteUtils.writeVarint(10, out);
                out.write(TINY, 1, TINY.length - 2);
                ByteUtils.writeVarint(Integer.MAX_VALUE, out);
            });
            assertRefusedAtLittleCost(headers, config, InvalidRecordException.class);
            assertRefusedAtLittleCost(batch(codec, 1, tiny(1_000)), config, InvalidRecordException.class);
            assertRefusedAtLittleCost(batch(codec, 1_001, tiny(1_000)), config, InvalidRecordException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void whatIsNotOfItsCodecIsCorrupt(CompressionType codec) throws IOException {
        ByteBuffer batch = batch(codec, 1_000, tiny(1_000));
        for (int at = 61; at < Math.min(80, batch.limit()); at++) {
            batch.put(at, (byte) 0x99);
        }
        assertThatThrownBy(() -> validate(checked(batch), DEFAULTS))
                .isInstanceOfAny(CorruptRecordException.class, InvalidRecordException.class);
    }

    @Test
    void whateverItTakesKafkaTakesUnchanged() {
        long seed = Long.getLong("weir.test.seed", System.nanoTime());
        Random random = new Random(seed);
        int taken = 0;
        int left = 0;
        for (int round = 0; round < 8_000; round++) {
            CompressionType codec = CompressionType.forId(1 + random.nextInt(4));
            ByteBuffer batch =
                    PlainBatchTest.random(random, Compression.of(codec).build());
            int changes = random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(21, random.nextInt(4) > 0 ? 62 : batch.limit());
                batch.put(at, (byte) (random.nextBoolean() ? random.nextInt() : batch.get(at) + 1));
            }
            checked(batch);
            if (batch.getShort(21) % 8 != codec.id || batch.getInt(57) > 1_000_000) {
                continue; // Kafka's validator is not to be asked of these
            }
            LogConfig config = PlainBatchTest.CONFIGS.get(random.nextInt(PlainBatchTest.CONFIGS.size()));
            byte[] before = PlainBatchTest.bytes(batch);
            boolean acceptable = isAcceptable(batch, config);
            assertThat(PlainBatchTest.bytes(batch)).isEqualTo(before);
            boolean accepted = PlainBatchTest.kafkaAcceptsUnchanged(batch, config);
            assertThat(!acceptable || accepted)
                    .as("seed %d round %d batch %s", seed, round, Arrays.toString(before))
                    .isTrue();
            if (changes == 0 && accepted && batch.getLong(35) >= 0) {
                assertThat(acceptable)
                        .as("seed %d round %d untouched batch %s", seed, round, Arrays.toString(before))
                        .isTrue();
            }
            taken += acceptable ? 1 : 0;
            left += accepted ? 0 : 1;
        }
        assertThat(taken).isGreaterThan(1_000);
        assertThat(left).isGreaterThan(1_000);
    }

    private static boolean isAcceptable(ByteBuffer batch, LogConfig config) {
        try {
            return new CompressedBatch(batch, PARTITION, config).isAcceptable(BufferSupplier.NO_CACHING, NOW_MS);
        } catch (ApiException refused) {
            assertThat(String.valueOf(refused.getMessage())).hasSizeLessThan(1_000);
            return false;
        }
    }
}
