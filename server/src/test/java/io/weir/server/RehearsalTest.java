package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of a cluster's classes, which grows old with each library that changes. */
class RehearsalTest {
    private static final Path LIST = Path.of("..", "bin", "lib", "cluster-classes.txt");

    @Test
    void mostOfTheListIsThereStill() throws IOException {
        List<String> names = Files.readAllLines(LIST);
        assertThat(names).hasSizeGreaterThan(1_000).doesNotHaveDuplicates();
        assertThat(names.stream().filter(Rehearsal::isLoaded).count())
                .as("make the list anew: ARCHITECTURE.md says how")
                .isGreaterThan(names.size() * 9L / 10);
    }

    @Test
    void whatIsGoneIsLeftOut() {
        assertThat(Rehearsal.isLoaded("io.weir.server.Main")).isTrue();
        assertThat(Rehearsal.isLoaded("io.weir.server.Yesterday")).isFalse();
    }
}
