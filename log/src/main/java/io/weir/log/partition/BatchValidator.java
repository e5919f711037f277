package io.weir.log.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.record.BrokerCompressionType;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;

/**
 * What may enter a log: size, checksum, record by record what Kafka's {@link LogValidator} asks, conversion of older
 * formats and re-compression where the topic wants another codec. The plainest batches, which are the most frequent,
 * are recognised without it: {@link PlainBatch}, {@link CompressedBatch}. Works on the caller's thread, before the partition's
 * monitor is taken: offsets are relative to zero here and are put in place later, outside the bytes that the checksum
 * covers. Any thread.
 */
final class BatchValidator {
    private final Time time;
    private final LogValidator.MetricsRecorder recorder;
    private final ThreadLocal<BufferSupplier> buffers = ThreadLocal.withInitial(BufferSupplier::create);

    BatchValidator(Time time, LogValidator.MetricsRecorder recorder) {
        this.time = time;
        this.recorder = recorder;
    }

    /**
     * Records that may be appended.
     *
     * @param records v2 batches whose offsets begin at zero
     * @param batches the same one by one, as views of the same bytes
     * @param converted they are on the heap in new memory, not in the caller's
     * @param logAppendTimeMs -1 unless the topic stamps records itself
     */
    record Valid(MemoryRecords records, List<MutableRecordBatch> batches, boolean converted, long logAppendTimeMs) {}

    /** @throws org.apache.kafka.common.errors.ApiException as Kafka's broker would answer */
    Valid validate(MemoryRecords records, TopicPartition partition, LogConfig config, AppendOrigin origin) {
        if (origin == AppendOrigin.CLIENT && PlainBatch.isAcceptable(records.buffer(), config, time.milliseconds())) {
            return new Valid(records, batches(records), false, -1);
        }
        CompressionType source = CompressionType.NONE;
        int validBytes = 0;
        boolean acceptable = false;
        for (MutableRecordBatch batch : records.batches()) {
            check(batch, partition, config, origin);
            source = batch.compressionType();
            acceptable = origin == AppendOrigin.CLIENT
                    && batch.magic() >= RecordBatch.MAGIC_VALUE_V2
                    && batch.isCompressed()
                    && isAcceptable(records.buffer().slice(validBytes, batch.sizeInBytes()), partition, config)
                    && validBytes == 0;
            validBytes += batch.sizeInBytes();
        }
        if (validBytes == 0) {
            throw new InvalidRecordException("There is no whole record batch in the append to " + partition);
        }
        if (validBytes < records.sizeInBytes()) {
            throw new CorruptRecordException("The append to " + partition + " has "
                    + (records.sizeInBytes() - validBytes) + " bytes behind its last whole batch");
        }
        if (origin != AppendOrigin.CLIENT || acceptable) {
            return new Valid(records, batches(records), false, -1);
        }
        Compression target = BrokerCompressionType.targetCompression(config.compression, source);
        LogValidator.ValidationResult result = new LogValidator(
                        records,
                        partition,
                        time,
                        source,
                        target,
                        config.compact,
                        RecordBatch.MAGIC_VALUE_V2,
                        config.messageTimestampType,
                        config.messageTimestampBeforeMaxMs,
                        config.messageTimestampAfterMaxMs,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        origin)
                .validateMessagesAndAssignOffsets(PrimitiveRef.ofLong(0), recorder, buffers.get());
        MemoryRecords valid = result.validatedRecords();
        if (result.messageSizeMaybeChanged()) {
            for (MutableRecordBatch batch : valid.batches()) {
                checkSize(batch, partition, config);
            }
        }
        boolean appendTime = config.messageTimestampType == TimestampType.LOG_APPEND_TIME;
        return new Valid(valid, batches(valid), isOther(valid, records), appendTime ? result.logAppendTimeMs() : -1);
    }

    private boolean isAcceptable(ByteBuffer batch, TopicPartition partition, LogConfig config) {
        return new CompressedBatch(batch, partition, config).isAcceptable(buffers.get(), time.milliseconds());
    }

    private static List<MutableRecordBatch> batches(MemoryRecords records) {
        Iterator<MutableRecordBatch> batches = records.batches().iterator();
        MutableRecordBatch first = batches.next();
        if (!batches.hasNext()) {
            return List.of(first);
        }
        List<MutableRecordBatch> all = new ArrayList<>(List.of(first));
        batches.forEachRemaining(all::add);
        return all;
    }

    private static void check(
            MutableRecordBatch batch, TopicPartition partition, LogConfig config, AppendOrigin origin) {
        if (origin == AppendOrigin.CLIENT) {
            if (batch.magic() >= RecordBatch.MAGIC_VALUE_V2 && batch.baseOffset() != 0) {
                throw new InvalidRecordException("The baseOffset of the record batch in the append to " + partition
                        + " should be 0, but it is " + batch.baseOffset());
            }
            checkSize(batch, partition, config);
        }
        if (!batch.isValid()) {
            throw new CorruptRecordException(
                    "Record is corrupt (stored crc = " + batch.checksum() + ") in topic partition " + partition + ".");
        }
        if (batch.sizeInBytes() > config.segmentSize()) {
            throw new RecordBatchTooLargeException("The record batch of " + batch.sizeInBytes()
                    + " bytes in the append to " + partition + " exceeds segment.bytes (" + config.segmentSize() + ")");
        }
    }

    private static void checkSize(MutableRecordBatch batch, TopicPartition partition, LogConfig config) {
        if (batch.sizeInBytes() > config.maxMessageSize()) {
            throw new RecordTooLargeException(
                    "The record batch size in the append to " + partition + " is " + batch.sizeInBytes()
                            + " bytes which exceeds max.message.bytes (" + config.maxMessageSize() + ").");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same object means the very same memory
    private static boolean isOther(MemoryRecords one, MemoryRecords two) {
        return one != two;
    }
}
