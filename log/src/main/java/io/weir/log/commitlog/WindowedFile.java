package io.weir.log.commitlog;

import io.weir.common.error.Joined;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file from its beginning to its end in few large pieces, and the next of them while the one before is looked
 * at: on a remote store each read is a round trip, and a commit log of small groups asks for three small pieces a group.
 * One thread, and whatever reads ahead.
 */
final class WindowedFile implements ReadFile {
    static final int WINDOW_BYTES = 2 << 20;
    /** Windows that are read before they are asked for. */
    private static final int AHEAD = 2;

    private final ReadFile file;
    private final Executor reading;
    private final Deque<Window> ahead = new ArrayDeque<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private @Nullable Window current;

    /**
     * A stretch of the file that begins at a multiple of the window's size.
     *
     * @param buffer limited to what the file has there
     * @param read done when it is in the buffer
     */
    private record Window(long index, ByteBuffer buffer, CompletableFuture<Void> read) {}

    /**
     * @param file is read by several threads at a time, and closed with this
     * @param reading for reads that block
     */
    WindowedFile(ReadFile file, Executor reading) {
        this.file = file;
        this.reading = reading;
    }

    @Override
    public long lengthBytes() {
        return file.lengthBytes();
    }

    @Override
    public void readFully(long position, ByteBuffer target) {
        if (position < 0 || position > file.lengthBytes() - target.remaining()) {
            file.readFully(position, target); // which is for the file to say
            return;
        }
        long at = position;
        while (target.hasRemaining()) {
            ByteBuffer window = window(at / WINDOW_BYTES);
            int from = (int) (at % WINDOW_BYTES);
            int length = Math.min(target.remaining(), window.limit() - from);
            target.put(window.slice(from, length));
            at += length;
        }
    }

    private ByteBuffer window(long index) {
        Window before = current;
        if (before != null && before.index == index) {
            return before.buffer;
        }
        if (before != null) {
            current = null;
            free.add(before.buffer);
        }
        // Whoever goes back, or leaves something out, does not need what was read ahead.
        while (!ahead.isEmpty() && ahead.element().index != index) {
            Window useless = ahead.remove();
            useless.read.exceptionally(failure -> null).join();
            free.add(useless.buffer);
        }
        Window next = ahead.isEmpty() ? begin(index) : ahead.remove();
        for (long later = index + 1 + ahead.size();
                ahead.size() < AHEAD && begins(later) < file.lengthBytes();
                later++) {
            ahead.add(begin(later));
        }
        Void _ = Joined.of(next.read);
        current = next;
        return next.buffer;
    }

    private static long begins(long index) {
        return index * WINDOW_BYTES;
    }

    private Window begin(long index) {
        int length = (int) Math.min(WINDOW_BYTES, file.lengthBytes() - begins(index));
        ByteBuffer buffer = free.isEmpty()
                ? ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, file.lengthBytes()))
                : free.remove();
        ByteBuffer into = buffer.clear().limit(length).duplicate();
        return new Window(
                index, buffer, CompletableFuture.runAsync(() -> file.readFully(begins(index), into), reading));
    }

    @Override
    public void close() {
        ahead.forEach(window -> window.read.exceptionally(failure -> null).join());
        file.close();
    }
}
