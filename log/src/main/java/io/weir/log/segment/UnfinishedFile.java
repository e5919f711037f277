package io.weir.log.segment;

import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is removed unless it is sealed. One thread. */
final class UnfinishedFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedFile.class);

    private final Store store;
    private final AppendFile file;
    private boolean sealed;

    UnfinishedFile(Store store, AppendFile file) {
        this.store = store;
        this.file = file;
    }

    AppendFile file() {
        return file;
    }

    void seal() {
        file.seal();
        sealed = true;
    }

    @Override
    public void close() {
        file.close();
        if (!sealed) {
            try {
                store.delete(file.path());
            } catch (WeirException e) {
                // Without a trailer it is never read as a segment; orphan collection takes it.
                LOG.warn("event=unfinished_file_left path={} reason={}", file.path(), e.getMessage());
            }
        }
    }
}
