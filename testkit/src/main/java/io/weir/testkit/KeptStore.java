package io.weir.testkit;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.util.List;

/**
 * One life's view of a memory store that outlives it: closing ends the view and its writers, and the next life finds
 * the files as a loss of power would have left them. Any thread.
 */
final class KeptStore implements Store {
    private final MemoryStore files;
    private volatile boolean closed;

    KeptStore(MemoryStore files) {
        this.files = files;
    }

    @Override
    public AppendFile create(String path) {
        AppendFile made = open().create(path);
        if (closed) {
            // Closed meanwhile: it came too late to be ended with the others.
            files.fence(path);
        }
        return made;
    }

    @Override
    public ReadFile open(String path) {
        return open().open(path);
    }

    @Override
    public List<FileStatus> list(String prefix) {
        return open().list(prefix);
    }

    @Override
    public void delete(String path) {
        open().delete(path);
    }

    @Override
    public long fence(String path) {
        return open().fence(path);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            files.crash();
        }
    }

    private MemoryStore open() {
        if (closed) {
            throw new WeirException(FaultKind.CLOSED, "The memory store is closed");
        }
        return files;
    }
}
