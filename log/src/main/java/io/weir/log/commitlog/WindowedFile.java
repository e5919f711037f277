package io.weir.log.commitlog;

import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;

/**
 * Reads a file from its beginning to its end in few large pieces, whatever is asked for: on a remote store each read is
 * a round trip, and a commit log of small groups asks for three small pieces a group. One thread.
 */
final class WindowedFile implements ReadFile {
    private static final int WINDOW_BYTES = 2 << 20;

    private final ReadFile file;
    private final ByteBuffer window;
    private long windowAt;

    WindowedFile(ReadFile file) {
        this.file = file;
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, Math.max(1, file.lengthBytes())))
                .limit(0);
    }

    @Override
    public long lengthBytes() {
        return file.lengthBytes();
    }

    @Override
    public void readFully(long position, ByteBuffer target) {
        int wanted = target.remaining();
        if (wanted > window.capacity() || position + wanted > file.lengthBytes()) {
            file.readFully(
                    position, target); // too large for the window, or beyond the end, which is for the file to say
            return;
        }
        if (position < windowAt || position + wanted > windowAt + window.limit()) {
            window.clear().limit((int) Math.min(window.capacity(), file.lengthBytes() - position));
            int length = window.limit();
            windowAt = position;
            try {
                file.readFully(position, window);
            } catch (RuntimeException e) {
                window.limit(0);
                throw e;
            }
            window.clear().limit(length);
        }
        target.put(
                window.duplicate().position((int) (position - windowAt)).limit((int) (position - windowAt) + wanted));
    }

    @Override
    public void close() {
        file.close();
    }
}
