package io.weir.storage.memory;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;

/** A memory file as it was when it was opened, but for a crash that cuts it. */
final class MemoryReadFile implements ReadFile {
    private final String path;
    private final MemoryFile file;
    private final long lengthBytes;
    private volatile boolean closed;

    MemoryReadFile(String path, MemoryFile file) {
        this.path = path;
        this.file = file;
        this.lengthBytes = file.visibleBytes();
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void readFully(long position, ByteBuffer target) {
        if (closed) {
            throw new WeirException(FaultKind.CLOSED, path + " was closed by its reader");
        }
        if (position < 0) {
            throw new WeirException(FaultKind.INVALID, "Cannot read " + path + " at position " + position);
        }
        file.read(position, target);
        if (target.hasRemaining()) {
            throw new WeirException(
                    FaultKind.CORRUPT,
                    path + " ends at " + file.visibleBytes() + ", but " + target.remaining()
                            + " more bytes were expected there: it has been truncated.");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
