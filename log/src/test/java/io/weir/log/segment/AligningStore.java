package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.storage.ForwardingStore;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;

/** Insists that long stretches are read in its units, from aligned positions into aligned memory. */
final class AligningStore extends ForwardingStore {
    private static final int LONG_BYTES = 64 << 10;

    private final int unit;
    private int longReads;

    AligningStore(Store delegate, int unit) {
        super(delegate);
        this.unit = unit;
    }

    int longReads() {
        return longReads;
    }

    @Override
    protected void read(ReadFile file, long position, ByteBuffer target) {
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
    protected int alignmentBytes(ReadFile file) {
        return unit;
    }
}
