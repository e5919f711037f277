package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.List;

/** Insists that long stretches are read in its units, from aligned positions into aligned memory. */
final class AligningStore implements Store {
    private static final int LONG_BYTES = 64 << 10;

    private final Store delegate;
    private final int unit;
    private int longReads;

    AligningStore(Store delegate, int unit) {
        this.delegate = delegate;
        this.unit = unit;
    }

    int longReads() {
        return longReads;
    }

    @Override
    public ReadFile open(String path) {
        ReadFile file = delegate.open(path);
        return new ReadFile() {
            @Override
            public long lengthBytes() {
                return file.lengthBytes();
            }

            @Override
            public void readFully(long position, ByteBuffer target) {
                if (target.remaining() >= LONG_BYTES) {
                    longReads++;
                    assertThat(position % unit).isZero();
                    assertThat(unit == 1 || target.alignmentOffset(target.position(), unit) == 0)
                            .isTrue();
                    boolean toTheEnd = position + target.remaining() == file.lengthBytes();
                    assertThat(toTheEnd || target.remaining() % unit == 0).isTrue();
                }
                file.readFully(position, target);
            }

            @Override
            public int alignmentBytes() {
                return unit;
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
    public void close() {
        delegate.close();
    }
}
