package io.weir.storage.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second process, or a second store in this one, out of a data directory. The kernel lets the lock go when
 * the process ends, however it ends; the file stays and says who held it last.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE_NAME = ".weir-lock";
    private static final int MAX_HOLDER_BYTES = 128;

    // The one static with state, because what it mirrors is one a process: POSIX drops a process's lock as soon as
    // any descriptor of the file is closed, so a second attempt in this process must not even open the file.
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param directory exists; its real path
     * @throws WeirException UNAVAILABLE when another has it
     */
    static DirectoryLock acquire(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        if (!HELD_BY_THIS_PROCESS.add(directory)) {
            throw inUse(
                    directory, "this process, pid " + ProcessHandle.current().pid());
        }
        boolean held = false;
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                FileLock lock = tryLock(channel);
                if (lock == null) {
                    throw inUse(directory, holder(channel));
                }
                writeHolder(channel);
                held = true;
                return new DirectoryLock(directory, channel);
            } finally {
                if (!held) {
                    channel.close();
                }
            }
        } catch (IOException e) {
            throw LocalFaults.of("lock the data directory with", file, e);
        } finally {
            if (!held) {
                HELD_BY_THIS_PROCESS.remove(directory);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw LocalFaults.of("unlock", directory.resolve(FILE_NAME), e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(directory);
        }
    }

    @SuppressWarnings("NullAway") // tryLock answers null when another process has the lock
    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another class loader's copy of this class in this process
        }
    }

    private static void writeHolder(FileChannel channel) throws IOException {
        channel.truncate(0);
        String holder = "pid " + ProcessHandle.current().pid();
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    }

    private static WeirException inUse(Path directory, String holder) {
        return new WeirException(
                FaultKind.UNAVAILABLE,
                "The data directory " + directory + " is in use by " + (holder.isBlank() ? "another process" : holder)
                        + ". Stop that one, or set " + LocalStoreConfig.DIRECTORY_SETTING
                        + " to a directory of this one's own.");
    }

    /** Makes the directory and its parents, and answers its real path. */
    static Path prepare(Path directory) {
        try {
            Files.createDirectories(directory);
            return directory.toRealPath();
        } catch (IOException e) {
            throw LocalFaults.of("make the data directory", directory, e);
        }
    }
}
