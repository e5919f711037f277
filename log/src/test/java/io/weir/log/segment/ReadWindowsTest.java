package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadWindowsTest {
    private static final int WINDOW = 1024;

    private final CountedFile file = new CountedFile(10 * WINDOW + 100);
    private final ReadWindows windows = new ReadWindows(WINDOW);

    @Test
    void shortReadsNearEachOtherAreOneReadOfTheFile() {
        for (int at = 0; at + 16 <= WINDOW; at += 16) {
            assertThat(read(at, 16)).isEqualTo(file.bytes(at, 16));
        }
        assertThat(file.reads).isEqualTo(1);
    }

    @Test
    void readsAreTheFilesBytesWhereverTheyStand() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            int length = 1 + random.nextInt(2 * WINDOW);
            int at = random.nextInt(file.content.length - length + 1);
            assertThat(read(at, length)).isEqualTo(file.bytes(at, length));
        }
        int end = file.content.length;
        assertThat(read(end - 20, 20)).isEqualTo(file.bytes(end - 20, 20));
    }

    @Test
    void longReadsGoToTheFile() {
        read(0, WINDOW);
        read(0, WINDOW);
        assertThat(file.reads).isEqualTo(2);
    }

    @Test
    void whatLiesBehindTheEndIsTheFilesToRefuse() {
        assertThatThrownBy(() -> read(file.content.length - 4, 8)).isInstanceOf(WeirException.class);
    }

    @Test
    void aReadThatFailedIsTriedAnew() {
        file.failing = true;
        assertThatThrownBy(() -> read(0, 8)).isInstanceOf(WeirException.class);
        file.failing = false;
        assertThat(read(0, 8)).isEqualTo(file.bytes(0, 8));
    }

    @Test
    void aForgottenFileIsReadAnew() {
        read(0, 8);
        windows.forget(file);
        read(0, 8);
        assertThat(file.reads).isEqualTo(2);
    }

    @Test
    void theWindowsThatWereUsedLastStay() {
        CountedFile large = new CountedFile(100 * WINDOW);
        for (int i = 0; i < 100; i++) {
            windows.readFully(large, large, (long) i * WINDOW, ByteBuffer.allocate(8));
            read(0, 8);
        }
        assertThat(large.reads).isEqualTo(100);
        assertThat(file.reads).as("it was used all the time").isEqualTo(1);

        windows.readFully(large, large, 99 * WINDOW, ByteBuffer.allocate(8));
        assertThat(large.reads).as("one of the last").isEqualTo(100);
        windows.readFully(large, large, 0, ByteBuffer.allocate(8));
        assertThat(large.reads).as("not all of them stay").isEqualTo(101);
    }

    private byte[] read(int at, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        windows.readFully(file, file, at, target);
        return target.array();
    }

    private static final class CountedFile implements ReadFile {
        private final byte[] content;
        private int reads;
        private boolean failing;

        CountedFile(int length) {
            content = new byte[length];
            new Random(2).nextBytes(content);
        }

        byte[] bytes(int at, int length) {
            return Arrays.copyOfRange(content, at, at + length);
        }

        @Override
        public long lengthBytes() {
            return content.length;
        }

        @Override
        public void readFully(long position, ByteBuffer target) {
            reads++;
            if (failing || position + target.remaining() > content.length) {
                throw new WeirException(FaultKind.UNAVAILABLE, "cannot");
            }
            target.put(content, (int) position, target.remaining());
        }

        @Override
        public void close() {}
    }
}
