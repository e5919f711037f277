package io.weir.log.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.Crc32C;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.junit.jupiter.api.Test;

/** Kafka's own validator is the measure: what is recognised here it accepts and leaves as it is. */
class PlainBatchTest {
    private static final long NOW_MS = new SimulatedTime().milliseconds();
    private static final LogConfig DEFAULTS = new LogConfig(Map.of());
    private static final LogConfig COMPACTED = config(TopicConfig.CLEANUP_POLICY_CONFIG, "compact");
    private static final LogConfig RECENT = new LogConfig(Map.of(
            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "50",
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "50"));
    static final List<LogConfig> CONFIGS = List.of(DEFAULTS, COMPACTED, RECENT);

    private static LogConfig config(String key, String value) {
        return new LogConfig(Map.of(key, value));
    }

    private static SimpleRecord record(String key, String value) {
        return new SimpleRecord(NOW_MS, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static ByteBuffer batch(Compression codec, SimpleRecord... records) {
        return MemoryRecords.withRecords(codec, records).buffer();
    }

    private static boolean isAcceptable(ByteBuffer batch, LogConfig config) {
        return PlainBatch.isAcceptable(batch, config, NOW_MS);
    }

    @Test
    void recognisesWhatProducersSend() {
        ByteBuffer one = batch(Compression.NONE, record("k", "v"));
        assertThat(isAcceptable(one, DEFAULTS)).isTrue();
        assertThat(isAcceptable(one, COMPACTED)).isTrue();
        assertThat(isAcceptable(one, RECENT)).isTrue();
        assertThat(isAcceptable(one, config(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed")))
                .isTrue();
        ByteBuffer idempotent = MemoryRecords.withIdempotentRecords(
                        Compression.NONE, 7L, (short) 1, 0, record("a", "b"), record("c", "d"))
                .buffer();
        assertThat(isAcceptable(idempotent, DEFAULTS)).isTrue();
        ByteBuffer inMidBuffer = ByteBuffer.allocateDirect(one.remaining() + 30).position(20);
        inMidBuffer.put(one.duplicate()).flip().position(20);
        assertThat(isAcceptable(inMidBuffer, DEFAULTS)).isTrue();
        assertThat(inMidBuffer.position()).isEqualTo(20);
    }

    @Test
    void leavesToTheValidatorWhatHasToBeRefusedOrChanged() {
        ByteBuffer one = batch(Compression.NONE, record("k", "v"));
        assertThat(isAcceptable(one, config(TopicConfig.COMPRESSION_TYPE_CONFIG, "lz4")))
                .isFalse();
        assertThat(isAcceptable(one, config(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")))
                .isFalse();
        assertThat(isAcceptable(one, config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "" + (one.remaining() - 1))))
                .isFalse();
        assertThat(isAcceptable(one, config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "" + one.remaining())))
                .isTrue();
        assertThat(isAcceptable(batch(Compression.of(CompressionType.LZ4).build(), record("k", "v")), DEFAULTS))
                .isFalse();
        ByteBuffer noKey = batch(Compression.NONE, record("k", "v"), new SimpleRecord(NOW_MS, null, new byte[3]));
        assertThat(isAcceptable(noKey, DEFAULTS)).isTrue();
        assertThat(isAcceptable(noKey, COMPACTED)).isFalse();
        for (long age : new long[] {-51, 51}) {
            ByteBuffer off = batch(Compression.NONE, record("k", "v"), new SimpleRecord(NOW_MS - age, new byte[3]));
            assertThat(isAcceptable(off, DEFAULTS)).isTrue();
            assertThat(isAcceptable(off, RECENT)).isFalse();
        }
        ByteBuffer two = ByteBuffer.allocate(2 * one.remaining());
        two.put(one.duplicate()).put(one.duplicate()).flip();
        assertThat(isAcceptable(two, DEFAULTS)).isFalse();
        assertThat(isAcceptable(one.duplicate().limit(one.limit() - 1), DEFAULTS))
                .isFalse();
        assertThat(isAcceptable(ByteBuffer.allocate(0), DEFAULTS)).isFalse();
        ByteBuffer flipped = batch(Compression.NONE, record("k", "v"));
        flipped.put(flipped.limit() - 2, (byte) ~flipped.get(flipped.limit() - 2));
        assertThat(isAcceptable(flipped, DEFAULTS)).isFalse(); // its checksum is that of other bytes
    }

    @Test
    void whateverItRecognisesKafkaAcceptsUnchanged() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int recognised = 0;
        int left = 0;
        for (int round = 0; round < 30_000; round++) {
            ByteBuffer batch = random(random, Compression.NONE);
            int changes = random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                // Half of them in the header, and all behind the checksum, which is made right again.
                int from = 21;
                int to = random.nextBoolean() ? Math.min(62, batch.limit()) : batch.limit();
                int at = random.nextInt(from, to);
                batch.put(at, (byte)
                        (random.nextBoolean() ? random.nextInt() : batch.get(at) + (random.nextBoolean() ? 1 : -1)));
            }
            if (random.nextInt(50) == 0) {
                batch.put(random.nextInt(21), (byte) random.nextInt(3));
            }
            if (random.nextInt(50) > 0) {
                batch.putInt(17, (int) Crc32C.compute(batch, 21, batch.limit() - 21));
            }
            LogConfig config = CONFIGS.get(random.nextInt(CONFIGS.size()));
            byte[] before = bytes(batch);
            boolean acceptable = isAcceptable(batch, config);
            assertThat(bytes(batch)).isEqualTo(before);
            boolean accepted = kafkaAcceptsUnchanged(batch, config);
            assertThat(!acceptable || accepted)
                    .as("seed %d round %d batch %s", seed, round, Arrays.toString(before))
                    .isTrue();
            if (changes == 0 && accepted && batch.getLong(35) >= 0) {
                assertThat(acceptable)
                        .as("seed %d round %d untouched batch %s", seed, round, Arrays.toString(before))
                        .isTrue();
            }
            recognised += acceptable ? 1 : 0;
            left += accepted ? 0 : 1;
        }
        assertThat(recognised).isGreaterThan(3_000);
        assertThat(left).isGreaterThan(3_000);
    }

    static ByteBuffer random(Random random, Compression codec) {
        ByteBuffer space = ByteBuffer.allocate(4096);
        boolean idempotent = random.nextBoolean();
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                space,
                RecordBatch.MAGIC_VALUE_V2,
                codec,
                TimestampType.CREATE_TIME,
                0,
                NOW_MS,
                idempotent ? random.nextLong(1 << 20) : RecordBatch.NO_PRODUCER_ID,
                idempotent ? 0 : RecordBatch.NO_PRODUCER_EPOCH,
                idempotent ? random.nextInt(1000) : RecordBatch.NO_SEQUENCE,
                false,
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        int count = random.nextInt(1, 6);
        for (int i = 0; i < count; i++) {
            byte[] key = random.nextInt(4) == 0 ? null : new byte[random.nextInt(5)];
            byte[] value = random.nextInt(8) == 0 ? null : new byte[random.nextInt(random.nextInt(20) == 0 ? 200 : 20)];
            List<Header> headers = new ArrayList<>();
            for (int h = random.nextInt(3); h > 0; h--) {
                headers.add(new RecordHeader("h" + h, random.nextBoolean() ? null : new byte[random.nextInt(4)]));
            }
            builder.append(NOW_MS + random.nextInt(-30, 30), key, value, headers.toArray(Header[]::new));
        }
        return builder.build().buffer();
    }

    static byte[] bytes(ByteBuffer batch) {
        byte[] bytes = new byte[batch.limit()];
        batch.get(0, bytes);
        return bytes;
    }

    /** What {@link BatchValidator} asks of every batch, then Kafka's validator. */
    static boolean kafkaAcceptsUnchanged(ByteBuffer batch, LogConfig config) {
        byte[] before = bytes(batch);
        ByteBuffer copy = ByteBuffer.wrap(before.clone());
        try {
            MemoryRecords records = MemoryRecords.readableRecords(copy);
            int bytes = 0;
            CompressionType source = CompressionType.NONE;
            for (MutableRecordBatch one : records.batches()) {
                if (one.baseOffset() != 0 || !one.isValid()) {
                    return false;
                }
                source = one.compressionType();
                bytes += one.sizeInBytes();
            }
            if (bytes == 0 || bytes != batch.limit()) {
                return false;
            }
            LogValidator.ValidationResult result = new LogValidator(
                            records,
                            new TopicPartition("orders", 0),
                            new SimulatedTime(),
                            source,
                            Compression.of(source).build(),
                            config.compact,
                            RecordBatch.MAGIC_VALUE_V2,
                            config.messageTimestampType,
                            config.messageTimestampBeforeMaxMs,
                            config.messageTimestampAfterMaxMs,
                            RecordBatch.NO_PARTITION_LEADER_EPOCH,
                            AppendOrigin.CLIENT)
                    .validateMessagesAndAssignOffsets(
                            PrimitiveRef.ofLong(0), new BatchValidatorRecorder(), BufferSupplier.NO_CACHING);
            // The epoch is outside the checksum and is written again as the batch enters the log.
            copy.putInt(12, batch.getInt(12));
            return !result.messageSizeMaybeChanged() && Arrays.equals(bytes(copy), before);
        } catch (RuntimeException | Error refused) {
            return false;
        }
    }

    static final class BatchValidatorRecorder implements LogValidator.MetricsRecorder {
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
