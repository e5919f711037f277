package io.weir.storage;

import java.nio.ByteBuffer;
import java.util.List;

/** A store over another one; what tests look at, or change on the way, they override. */
public class ForwardingStore implements Store {
    private final Store delegate;

    protected ForwardingStore(Store delegate) {
        this.delegate = delegate;
    }

    /** A read of an open file. */
    protected void read(ReadFile file, long position, ByteBuffer target) {
        file.readFully(position, target);
    }

    /** How an open file says that it likes to be read. */
    protected int alignmentBytes(ReadFile file) {
        return file.alignmentBytes();
    }

    @Override
    public final ReadFile open(String path) {
        ReadFile file = delegate.open(path);
        return new ReadFile() {
            @Override
            public long lengthBytes() {
                return file.lengthBytes();
            }

            @Override
            public void readFully(long position, ByteBuffer target) {
                read(file, position, target);
            }

            @Override
            public int alignmentBytes() {
                return ForwardingStore.this.alignmentBytes(file);
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    @Override
    public AppendFile create(String path) {
        return delegate.create(path);
    }

    @Override
    public AppendFile createJournal(String path) {
        return delegate.createJournal(path);
    }

    @Override
    public List<FileStatus> list(String prefix) {
        return delegate.list(prefix);
    }

    @Override
    public void delete(String path) {
        delegate.delete(path);
    }

    @Override
    public long fence(String path) {
        return delegate.fence(path);
    }

    @Override
    public ReadAdvice readAdvice() {
        return delegate.readAdvice();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
