package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChecksumsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("one"), "first");
        Files.writeString(directory.resolve("two"), "second");
        FileChecksums checksums = new FileChecksums(directory);
        checksums.record("one");
        checksums.record("two");
    }

    @Test
    void filesAsTheyWereAreGood() {
        assertThatCode(() -> new FileChecksums(directory).verify()).doesNotThrowAnyException();
    }

    @Test
    void aFileThatChangedByItselfIsNamed() throws IOException {
        Files.writeString(directory.resolve("two"), "sec0nd");
        assertThatThrownBy(() -> new FileChecksums(directory).verify())
                .isInstanceOf(WeirException.class)
                .hasMessageContaining(directory.resolve("two").toString());
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        Files.delete(directory.resolve("one"));
        assertThatThrownBy(() -> new FileChecksums(directory).verify())
                .hasMessageContaining(directory.resolve("one").toString());
    }

    @Test
    void aFileThatIsAboutToChangeIsNotAskedFor() throws IOException {
        FileChecksums checksums = new FileChecksums(directory);
        checksums.forget("one");
        Files.writeString(directory.resolve("one"), "half writ");
        assertThatCode(() -> new FileChecksums(directory).verify()).doesNotThrowAnyException();
        Files.writeString(directory.resolve("one"), "half written, now whole");
        checksums.record("one");
        assertThatCode(() -> new FileChecksums(directory).verify()).doesNotThrowAnyException();
    }

    @Test
    void anyFlippedByteOfTheChecksumsIsNoticed() throws IOException {
        Path file = directory.resolve(FileChecksums.FILE_NAME);
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length - 1; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x04;
            Files.write(file, bad);
            assertThatThrownBy(() -> new FileChecksums(directory).verify())
                    .as("byte %d", at)
                    .isInstanceOf(WeirException.class);
        }
    }
}
