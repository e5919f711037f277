package io.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where an embedded server keeps its files: a place of the test's, which stays, or one that goes with the server. */
record WeirDirectory(Path path, boolean goes) implements AutoCloseable {
    static WeirDirectory temporary() {
        try {
            return new WeirDirectory(Files.createTempDirectory("weir-embedded-"), true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a temporary directory", e);
        }
    }

    static WeirDirectory kept(Path path) {
        return new WeirDirectory(path, false);
    }

    @Override
    public void close() {
        if (!goes) {
            return;
        }
        try {
            Files.walkFileTree(path, new Removal());
        } catch (NoSuchFileException e) {
            return; // The test was quicker.
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + path, e);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
