package io.weir.log.segment;

import io.weir.storage.AppendFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects buffers and appends many at once. The bytes are not copied: they stay as they are until written. */
final class GatheringOutput {
    private static final int MAX_BUFFERS = 1024; // what one gathering write takes

    private final AppendFile file;
    private final int writeBytes;
    private final List<ByteBuffer> waiting = new ArrayList<>();
    private long waitingBytes;
    private long position;

    GatheringOutput(AppendFile file, int writeBytes) {
        this.file = file;
        this.writeBytes = writeBytes;
    }

    /** Bytes added so far. */
    long position() {
        return position;
    }

    /** Adds what remains of {@code bytes}, which nobody else moves. */
    void add(ByteBuffer bytes) {
        int size = bytes.remaining();
        waiting.add(bytes);
        waitingBytes += size;
        position += size;
        if (waitingBytes >= writeBytes || waiting.size() >= MAX_BUFFERS) {
            write();
        }
    }

    /** Appends what waits. */
    void write() {
        if (!waiting.isEmpty()) {
            file.append(waiting);
            waiting.clear();
            waitingBytes = 0;
        }
    }
}
