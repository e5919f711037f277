package io.weir.proxy.support;

import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.List;

/** A store that counts who reads. */
public final class CountingStore implements Store {
    private final Store store;
    private int lists;
    private int reads;
    private long bytes;

    public CountingStore(Store store) {
        this.store = store;
    }

    public int lists() {
        return lists;
    }

    public int reads() {
        return reads;
    }

    public long bytes() {
        return bytes;
    }

    @Override
    public AppendFile create(String path) {
        return store.create(path);
    }

    @Override
    public ReadFile open(String path) {
        ReadFile file = store.open(path);
        return new ReadFile() {
            @Override
            public long lengthBytes() {
                return file.lengthBytes();
            }

            @Override
            public void readFully(long position, ByteBuffer target) {
                reads++;
                bytes += target.remaining();
                file.readFully(position, target);
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    @Override
    public List<FileStatus> list(String prefix) {
        lists++;
        return store.list(prefix);
    }

    @Override
    public void delete(String path) {
        store.delete(path);
    }

    @Override
    public long fence(String path) {
        return store.fence(path);
    }

    @Override
    public void close() {
        store.close();
    }
}
