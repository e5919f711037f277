package io.weir.log.segment;

import io.weir.common.error.Joined;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Opens each file of the store once for all segments in it: a pack has many. Any thread. */
final class SharedFiles {
    private final Store store;
    private final ReadWindows windows;
    private final Map<String, Shared> open = new HashMap<>();

    SharedFiles(Store store) {
        this.store = store;
        this.windows = new ReadWindows(store.readAdvice().aroundBytes());
    }

    /** The file of the segment, to be closed by each who opened it. */
    ReadFile open(SegmentLocation location) {
        String path = location.path();
        Shared shared;
        boolean first;
        synchronized (this) {
            Shared known = open.get(path);
            first = known == null;
            shared = known == null ? new Shared(path) : known;
            open.put(path, shared);
            shared.users++;
        }
        if (first) {
            shared.openFor(this);
        }
        return shared.use(this, windows.isWorthwhile(location));
    }

    /** The file's name now stands for another file, or for none: whoever comes next opens it anew. */
    synchronized void forget(String path) {
        open.remove(path);
    }

    synchronized int count() {
        return open.size();
    }

    private boolean isLastUser(Shared shared) {
        synchronized (this) {
            shared.users--;
            if (shared.users == 0) {
                open.remove(shared.path, shared);
                return true;
            }
            return false;
        }
    }

    private static final class Shared {
        private final String path;
        private final CompletableFuture<ReadFile> file = new CompletableFuture<>();
        private int users; // guarded by the SharedFiles

        Shared(String path) {
            this.path = path;
        }

        void openFor(SharedFiles owner) {
            try {
                file.complete(owner.store.open(path));
            } catch (RuntimeException | Error e) {
                owner.forgetFailed(this);
                file.completeExceptionally(e);
            }
        }

        ReadFile use(SharedFiles owner, boolean windows) {
            return new Use(owner, this, Joined.of(file), windows);
        }
    }

    private synchronized void forgetFailed(Shared shared) {
        open.remove(shared.path, shared);
    }

    private static final class Use implements ReadFile {
        private final SharedFiles owner;
        private final Shared shared;
        private final ReadFile file;
        private final boolean windows;
        private boolean closed;

        Use(SharedFiles owner, Shared shared, ReadFile file, boolean windows) {
            this.owner = owner;
            this.shared = shared;
            this.file = file;
            this.windows = windows;
        }

        @Override
        public long lengthBytes() {
            return file.lengthBytes();
        }

        @Override
        public void readFully(long position, ByteBuffer target) {
            if (windows) {
                owner.windows.readFully(shared, file, position, target);
            } else {
                file.readFully(position, target);
            }
        }

        @Override
        public int alignmentBytes() {
            return file.alignmentBytes();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            if (owner.isLastUser(shared)) {
                owner.windows.forget(shared);
                file.close();
            }
        }
    }
}
