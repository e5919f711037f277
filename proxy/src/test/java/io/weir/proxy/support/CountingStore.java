package io.weir.proxy.support;

import io.weir.storage.FileStatus;
import io.weir.storage.ForwardingStore;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.List;

/** A store that counts who reads. */
public final class CountingStore extends ForwardingStore {
    private int lists;
    private int reads;
    private long bytes;

    public CountingStore(Store store) {
        super(store);
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
    protected void read(ReadFile file, long position, ByteBuffer target) {
        reads++;
        bytes += target.remaining();
        super.read(file, position, target);
    }

    @Override
    public List<FileStatus> list(String prefix) {
        lists++;
        return super.list(prefix);
    }
}
