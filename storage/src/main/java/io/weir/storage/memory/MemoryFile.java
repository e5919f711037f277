package io.weir.storage.memory;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The bytes of one file, as the pieces that were appended, by position. Appends under its monitor; reads by any thread. */
final class MemoryFile {
    private final NavigableMap<Long, byte[]> pieces = new ConcurrentSkipListMap<>();
    private volatile long lengthBytes;
    private volatile long flushedBytes;
    private volatile long modifiedMs;
    private final byte[] old;
    private @Nullable MemoryAppendFile writer;

    MemoryFile(long nowMs) {
        this(nowMs, new byte[0]);
    }

    /** A file that shows {@code old} behind what is appended. */
    MemoryFile(long nowMs, byte[] old) {
        this.modifiedMs = nowMs;
        this.old = old;
    }

    /** What was appended. */
    long lengthBytes() {
        return lengthBytes;
    }

    /** What a reader sees. */
    long visibleBytes() {
        return Math.max(lengthBytes, old.length);
    }

    long flushedBytes() {
        return flushedBytes;
    }

    long modifiedMs() {
        return modifiedMs;
    }

    synchronized @Nullable MemoryAppendFile writer() {
        return writer;
    }

    synchronized void writer(@Nullable MemoryAppendFile next) {
        writer = next;
    }

    synchronized void append(List<ByteBuffer> buffers, long nowMs) {
        int size = 0;
        for (ByteBuffer buffer : buffers) {
            size = Math.addExact(size, buffer.remaining());
        }
        if (size == 0) {
            return;
        }
        byte[] piece = new byte[size];
        int at = 0;
        for (ByteBuffer buffer : buffers) {
            int count = buffer.remaining();
            buffer.get(piece, at, count);
            at += count;
        }
        pieces.put(lengthBytes, piece);
        lengthBytes = lengthBytes + size;
        modifiedMs = nowMs;
    }

    synchronized void flush() {
        flushedBytes = lengthBytes;
    }

    /** Keeps the first {@code keptBytes}, which become durable. */
    synchronized void cut(long keptBytes) {
        pieces.tailMap(keptBytes, true).clear();
        var last = pieces.lastEntry();
        if (last != null && last.getKey() + last.getValue().length > keptBytes) {
            pieces.put(last.getKey(), Arrays.copyOf(last.getValue(), (int) (keptBytes - last.getKey())));
        }
        lengthBytes = keptBytes;
        flushedBytes = keptBytes;
    }

    /** Fills {@code target} from {@code position}, as far as there are bytes. */
    void read(long position, ByteBuffer target) {
        long at = position;
        while (target.hasRemaining()) {
            var piece = pieces.floorEntry(at);
            if (piece == null || at - piece.getKey() >= piece.getValue().length) {
                if (at < old.length) {
                    target.put(old, (int) at, (int) Math.min(target.remaining(), old.length - at));
                }
                return;
            }
            int from = (int) (at - piece.getKey());
            int count = Math.min(target.remaining(), piece.getValue().length - from);
            target.put(piece.getValue(), from, count);
            at += count;
        }
    }
}
