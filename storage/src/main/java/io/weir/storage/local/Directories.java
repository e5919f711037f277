package io.weir.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes the directories of a store when a file needs them, durably, and removes them when they are empty. Any
 * thread.
 */
final class Directories {
    private final Path root;
    // Those whose own entry in their parent is known to be durable; one a directory in use.
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock pruning = new ReentrantReadWriteLock();

    Directories(Path root) {
        this.root = root;
    }

    /** Held while a file is made in a directory, so that the directory is not removed meanwhile. */
    Lock shared() {
        return pruning.readLock();
    }

    /** Makes {@code directory} and those above it, each with a durable name. Call with {@link #shared} held. */
    void make(Path directory) throws IOException {
        if (directory.equals(root) || durable.contains(directory)) {
            return;
        }
        Path parent = parent(directory);
        make(parent);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        sync(parent);
        durable.add(directory);
    }

    /** Removes {@code directory} and those above it, as far as they are empty. */
    void prune(Path directory) throws IOException {
        pruning.writeLock().lock();
        try {
            Path current = directory;
            while (!current.equals(root)) {
                try {
                    Files.deleteIfExists(current);
                } catch (DirectoryNotEmptyException e) {
                    return;
                }
                durable.remove(current);
                current = parent(current);
            }
        } finally {
            pruning.writeLock().unlock();
        }
    }

    /** Makes the entries of {@code directory} durable. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static Path parent(Path path) {
        @Nullable Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no parent");
        }
        return parent;
    }
}
