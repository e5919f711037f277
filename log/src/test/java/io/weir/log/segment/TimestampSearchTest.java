package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;

/** Batches that are in a log were looked at, but not every byte of them. */
class TimestampSearchTest {
    /** A compressed batch of one record, which says that it is two gigabytes long. */
    private static MemoryRecords recordOfAbsurdLength() throws IOException {
        ByteBuffer record = ByteBuffer.allocate(32);
        ByteUtils.writeVarint(Integer.MAX_VALUE, record);
        record.put((byte) 0);
        ByteUtils.writeVarlong(5, record);
        ByteUtils.writeVarint(0, record);
        ByteUtils.writeVarint(-1, record);
        ByteUtils.writeVarint(-1, record);
        ByteUtils.writeVarint(0, record);
        ByteBufferOutputStream bytes = new ByteBufferOutputStream(256);
        bytes.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        try (OutputStream out = Compression.lz4().build().wrapForOutput(bytes, RecordBatch.MAGIC_VALUE_V2)) {
            out.write(record.array(), 0, record.position());
        }
        ByteBuffer batch = bytes.buffer();
        int size = batch.position();
        batch.position(0);
        DefaultRecordBatch.writeHeader(
                batch,
                0,
                0,
                size,
                RecordBatch.MAGIC_VALUE_V2,
                CompressionType.LZ4,
                TimestampType.CREATE_TIME,
                100,
                105,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                false,
                false,
                0,
                1);
        batch.position(0).limit(size);
        return MemoryRecords.readableRecords(batch);
    }

    @Test
    void noMemoryIsTakenForWhatARecordSaysOfItself() throws IOException {
        assertThat(TimestampSearch.first(recordOfAbsurdLength(), 101, 0))
                .hasValueSatisfying(found -> assertThat(found.timestamp).isEqualTo(105));
        assertThat(TimestampSearch.largest(recordOfAbsurdLength(), 0))
                .hasValueSatisfying(found -> assertThat(found.offset).isZero());
    }
}
