package io.weir.kafka.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;

/**
 * Reads a request and counts the values read. Kafka's generated readers believe an array's length up to {@link #remaining}
 * bytes, one byte an element, and make an object or more of each: 100 MiB of zeros would become gigabytes. Each element
 * takes at least one read, so the number of reads that are left bounds the elements that can still come, and the
 * objects that a request becomes. Bytes and records are views or one array and count as one.
 */
final class RequestReader extends ByteBufferAccessor {
    private final int maxFields;
    private int fieldsLeft;

    RequestReader(ByteBuffer buffer, int maxFields) {
        super(buffer);
        this.maxFields = maxFields;
        this.fieldsLeft = maxFields;
    }

    /** Values read so far. */
    int fields() {
        return maxFields - fieldsLeft;
    }

    private void count() {
        if (--fieldsLeft < 0) {
            throw new InvalidRequestException("more values than weir.request.max.fields allows");
        }
    }

    @Override
    public int remaining() {
        return Math.min(super.remaining(), Math.max(fieldsLeft, 0));
    }

    @Override
    public byte readByte() {
        count();
        return super.readByte();
    }

    @Override
    public short readShort() {
        count();
        return super.readShort();
    }

    @Override
    public int readInt() {
        count();
        return super.readInt();
    }

    @Override
    public long readLong() {
        count();
        return super.readLong();
    }

    @Override
    public double readDouble() {
        count();
        return super.readDouble();
    }

    @Override
    public byte[] readArray(int size) {
        count();
        if (size < 0 || size > super.remaining()) {
            throw new InvalidRequestException(
                    "an array of " + size + " bytes where " + super.remaining() + " are left");
        }
        byte[] bytes = new byte[size];
        buffer().get(bytes);
        return bytes;
    }

    @Override
    public int readUnsignedVarint() {
        count();
        return super.readUnsignedVarint();
    }

    @Override
    public int readVarint() {
        count();
        return super.readVarint();
    }

    @Override
    public long readVarlong() {
        count();
        return super.readVarlong();
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        count();
        return super.readByteBuffer(length);
    }

    @Override
    public Readable slice() {
        return new RequestReader(buffer().slice(), fieldsLeft);
    }
}
