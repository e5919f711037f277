package io.weir.log.commitlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowedFileTest {
    private static final int WINDOW = WindowedFile.WINDOW_BYTES;

    /** Of random bytes; tells where it was read. */
    private static final class Bytes implements ReadFile {
        final byte[] bytes;
        final List<Long> reads = Collections.synchronizedList(new ArrayList<>());
        volatile long damagedFrom = Long.MAX_VALUE;
        volatile boolean closed;

        Bytes(int length) {
            bytes = new byte[length];
            new Random(length).nextBytes(bytes);
        }

        @Override
        public long lengthBytes() {
            return bytes.length;
        }

        @Override
        public void readFully(long position, ByteBuffer target) {
            assertThat(closed).isFalse();
            reads.add(position);
            if (position < 0 || position + target.remaining() > Math.min(bytes.length, damagedFrom)) {
                throw new WeirException(FaultKind.CORRUPT, "cannot read at " + position);
            }
            target.put(bytes, (int) position, target.remaining());
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, WINDOW, WINDOW + 1, 7 * WINDOW + 12_345})
    void whateverIsAskedForIsWhatTheFileHas(int length) {
        Random random = new Random(length);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Executor reading : List.of(threads, (Executor) Runnable::run)) {
                Bytes bytes = new Bytes(length);
                try (ReadFile file = new WindowedFile(bytes, reading)) {
                    int at = 0;
                    for (int i = 0; i < 500; i++) {
                        // Mostly onwards, as a scan, with a jump now and then.
                        at = random.nextInt(50) == 0 || at >= length ? random.nextInt(length) : at;
                        int most = random.nextInt(10) == 0 ? 3 * WINDOW : 100_000;
                        int wanted = 1 + random.nextInt(Math.min(most, length - at));
                        ByteBuffer target = ByteBuffer.allocate(wanted);
                        file.readFully(at, target);
                        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes.bytes, at, wanted));
                        at += wanted;
                    }
                }
            }
        }
    }

    @Test
    void eachByteIsReadOnceFromBeginningToEnd() {
        Bytes bytes = new Bytes(5 * WINDOW);
        try (ReadFile file = new WindowedFile(bytes, Runnable::run)) {
            for (int at = 0; at < bytes.bytes.length; at += WINDOW / 4) {
                file.readFully(at, ByteBuffer.allocate(WINDOW / 4));
            }
        }
        assertThat(bytes.reads).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeReadIsSaidWhenItIsAskedForAndNotBefore() {
        Bytes bytes = new Bytes(4 * WINDOW);
        bytes.damagedFrom = 2L * WINDOW;
        try (ReadFile file = new WindowedFile(bytes, Runnable::run)) {
            file.readFully(0, ByteBuffer.allocate(2 * WINDOW));
            assertThatThrownBy(() -> file.readFully(2L * WINDOW, ByteBuffer.allocate(1)))
                    .isInstanceOf(WeirException.class)
                    .hasMessageContaining("cannot read at " + 2 * WINDOW);
            bytes.damagedFrom = Long.MAX_VALUE;
            ByteBuffer again = ByteBuffer.allocate(10);
            file.readFully(2L * WINDOW, again);
            assertThat(again.flip()).isEqualTo(ByteBuffer.wrap(bytes.bytes, 2 * WINDOW, 10));
        }
    }

    @Test
    void beyondTheEndIsForTheFileToSay() {
        Bytes bytes = new Bytes(10);
        try (ReadFile file = new WindowedFile(bytes, Runnable::run)) {
            assertThatThrownBy(() -> file.readFully(5, ByteBuffer.allocate(6)))
                    .isInstanceOf(WeirException.class)
                    .hasMessageContaining("cannot read at 5");
        }
    }
}
