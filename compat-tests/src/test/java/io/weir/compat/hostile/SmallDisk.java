package io.weir.compat.hostile;

import io.weir.compat.support.Await;
import io.weir.compat.support.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A real file system of a few megabytes, mounted for one test, and the ways to make it sick. Needs root. */
final class SmallDisk implements AutoCloseable {
    /** What it is made of. */
    enum Kind {
        /** A file system in memory. */
        TMPFS,
        /** ext4 in a file. */
        EXT4
    }

    private static final int MEBIBYTES = 96;

    private final Path mount;
    private final Optional<Path> image;

    private SmallDisk(Path mount, Optional<Path> image) {
        this.mount = mount;
        this.image = image;
    }

    /** Mounts one; none, and the reason on standard output, where that is not permitted. */
    static Optional<SmallDisk> mount(Kind kind) throws IOException, InterruptedException {
        Path mount = Files.createTempDirectory("small-disk");
        Optional<Path> image =
                kind == Kind.EXT4 ? Optional.of(Files.createTempFile("small-disk", ".img")) : Optional.empty();
        SmallDisk disk = new SmallDisk(mount, image);
        String problem = disk.mount();
        if (problem.isEmpty()) {
            return Optional.of(disk);
        }
        System.out.println("cannot mount a small file system: " + problem);
        disk.remove();
        return Optional.empty();
    }

    private String mount() throws IOException, InterruptedException {
        try {
            if (image.isEmpty()) {
                return tryTo("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "tmpfs", mount.toString());
            }
            try (FileChannel file = FileChannel.open(image.get(), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.allocate(1), MEBIBYTES * 1024L * 1024 - 1);
            }
            String made = tryTo("mkfs.ext4", "-q", "-F", "-m", "0", image.get().toString());
            return made.isEmpty() ? tryTo("mount", "-o", "loop", image.get().toString(), mount.toString()) : made;
        } catch (IOException e) {
            return e.toString(); // there is no such program
        }
    }

    /** Returns a directory on it. */
    Path directory(String name) {
        return mount.resolve(name);
    }

    /** Takes everything that is left of it. */
    void fill() {
        ByteBuffer zeros = ByteBuffer.allocate(64 << 10);
        try (FileChannel ballast =
                FileChannel.open(mount.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int size = zeros.capacity(); size > 0; size /= 2) {
                while (wrote(ballast, zeros.clear().limit(size))) {
                    // More.
                }
            }
            ballast.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean wrote(FileChannel ballast, ByteBuffer zeros) {
        try {
            return ballast.write(zeros) > 0;
        } catch (IOException e) {
            return false; // full
        }
    }

    /** Gives back what {@link #fill} took. */
    void empty() {
        try {
            Files.deleteIfExists(mount.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on nothing in it can be changed, also through files that are open; or it can again. */
    void immutable(String name, boolean frozen) {
        run("chattr", "-R", frozen ? "+i" : "-i", mount.resolve(name).toString());
    }

    /** Writes hang, until {@link #thaw}. */
    void freeze() {
        run("fsfreeze", "-f", mount.toString());
    }

    void thaw() {
        run("fsfreeze", "-u", mount.toString());
    }

    private static void run(String... line) {
        try {
            String problem = tryTo(line);
            if (!problem.isEmpty()) {
                throw new AssertionError(String.join(" ", line) + ": " + problem);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String tryTo(String... line) throws IOException, InterruptedException {
        Program.Result result = Program.run(Path.of("").toAbsolutePath(), "", List.of(line));
        return result.status() == 0 ? "" : "exit status " + result.status() + " " + result.err();
    }

    /** Unmounts it; its user's last files may take a moment to go. */
    @Override
    public void close() throws IOException {
        Await.until(
                "the unmounting of " + mount,
                () -> tryTo("umount", mount.toString()).isEmpty());
        remove();
    }

    private void remove() throws IOException {
        Files.delete(mount);
        if (image.isPresent()) {
            Files.delete(image.get());
        }
    }
}
