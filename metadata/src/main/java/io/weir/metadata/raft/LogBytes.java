package io.weir.metadata.raft;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.TransferableRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;

/**
 * What raft answers refers to pieces of files, for Kafka's network threads to send. Here they are read into memory while
 * raft's thread still holds the files: a piece is at most a megabyte, and nothing has to be held open for a slow peer.
 */
final class LogBytes {
    private LogBytes() {}

    /** Replaces pieces of files in an answer. */
    static ApiMessage inMemory(ApiMessage answer) {
        switch (answer) {
            case FetchResponseData fetch ->
                fetch.responses()
                        .forEach(topic -> topic.partitions().forEach(partition -> {
                            if (partition.records() instanceof TransferableRecords records
                                    && !(records instanceof MemoryRecords)) {
                                partition.setRecords(MemoryRecords.readableRecords(read(records)));
                            }
                        }));
            case FetchSnapshotResponseData snapshot ->
                snapshot.topics()
                        .forEach(topic -> topic.partitions().forEach(partition -> {
                            BaseRecords bytes = partition.unalignedRecords();
                            if (bytes instanceof TransferableRecords records
                                    && !(records instanceof UnalignedMemoryRecords)) {
                                partition.setUnalignedRecords(new UnalignedMemoryRecords(read(records)));
                            }
                        }));
            default -> {
                // Nothing else carries records.
            }
        }
        return answer;
    }

    private static ByteBuffer read(TransferableRecords records) {
        ByteBuffer bytes = ByteBuffer.allocate(records.sizeInBytes());
        try (Sink sink = new Sink(bytes)) {
            while (bytes.hasRemaining()) {
                if (records.writeTo(sink, bytes.position(), bytes.remaining()) <= 0) {
                    throw new EOFException(bytes.remaining() + " bytes of " + records + " are missing");
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the metadata log for a peer: " + e, e);
        }
        return bytes.flip();
    }

    /** Takes what Kafka would send. */
    private record Sink(ByteBuffer bytes) implements TransferableChannel {
        @Override
        public boolean hasPendingWrites() {
            return false;
        }

        @Override
        public long transferFrom(FileChannel file, long position, long count) throws IOException {
            ByteBuffer part = bytes.slice(bytes.position(), (int) Math.min(count, bytes.remaining()));
            int read = file.read(part, position);
            bytes.position(bytes.position() + Math.max(read, 0));
            return read;
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            bytes.put(source);
            return length;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            long written = 0;
            for (int i = offset; i < offset + length; i++) {
                written += write(sources[i]);
            }
            return written;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Memory needs none.
        }
    }
}
