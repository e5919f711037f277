package io.weir.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the space of files without a name. */
class SpaceReclaimerTest {
    @TempDir
    private Path directory;

    /** Without blocks: it is as long as a large one, and takes no room. */
    private Path file(String name, long bytes) throws IOException {
        Path path = directory.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return path;
    }

    @Test
    void theBlocksOfALargeFileGoPieceByPiece() throws Exception {
        Path large = file("large", 200 << 20);
        SortedSet<Long> sizes = new TreeSet<>();
        try (SpaceReclaimer reclaimer = new SpaceReclaimer();
                FileChannel watched = FileChannel.open(large)) {
            assertThat(reclaimer.remove(large)).isTrue();
            assertThat(large).doesNotExist();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (watched.size() > 0 && sizes.size() < 3 && System.nanoTime() < deadline) {
                sizes.add(watched.size());
            }
            LocalStoreTest.awaitNothingLeftToFree();
            assertThat(watched.size()).isZero();
        }
        assertThat(sizes).as("lengths on the way").hasSizeGreaterThan(2);
    }

    @Test
    void whatIsLeftAtTheEndGoesAtOnceHoweverMuchItIs() throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            files.add(file("large-" + i, 20 << 20));
        }
        try (SpaceReclaimer reclaimer = new SpaceReclaimer()) {
            for (Path each : files) {
                assertThat(reclaimer.remove(each)).isTrue();
            }
            assertThat(LocalStoreTest.descriptorsBelow(directory))
                    .as("no more wait than may")
                    .hasSizeLessThan(files.size() / 2);
        }
        assertThat(files).noneMatch(Files::exists);
        assertThat(LocalStoreTest.descriptorsBelow(directory)).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNotRemoved() throws Exception {
        try (SpaceReclaimer reclaimer = new SpaceReclaimer()) {
            assertThat(reclaimer.remove(directory.resolve("nothing"))).isFalse();
        }
    }
}
