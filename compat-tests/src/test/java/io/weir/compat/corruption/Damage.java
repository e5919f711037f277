package io.weir.compat.corruption;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One change to one file at rest.
 *
 * @param file relative to the data directory
 * @param kind what is done
 * @param position the first byte that changes
 * @param lengthBytes how many bytes change
 */
record Damage(Path file, Kind kind, long position, int lengthBytes) {
    /** What can happen to bytes on a disk. */
    enum Kind {
        FLIPPED_BIT,
        ZEROED,
        OVERWRITTEN,
        TRUNCATED
    }

    private static final int LONGEST = 512;

    /** Chooses a file that is not empty, each with the same chance, and a place in it. */
    static Damage choose(Path data, SplittableRandom random) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(data)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        long size = Files.size(file);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        long position = random.nextLong(size);
        int length = kind == Kind.FLIPPED_BIT ? 1 : (int) Math.min(1 + random.nextInt(LONGEST), size - position);
        return new Damage(data.relativize(file), kind, position, length);
    }

    /**
     * Tells whether nobody can know that something was there: a file that grows at its end, cut just behind an entry,
     * looks as if the server had been killed before it wrote the next one.
     */
    boolean mayBeATornTail() {
        return kind == Kind.TRUNCATED
                && (file.startsWith("wal") || file.toString().endsWith(".log"));
    }

    /** Does it to the data in this directory. */
    void apply(Path data, SplittableRandom random) throws IOException {
        try (FileChannel channel =
                FileChannel.open(data.resolve(file), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (kind == Kind.TRUNCATED) {
                channel.truncate(position);
                return;
            }
            byte[] bytes = new byte[lengthBytes];
            if (kind == Kind.FLIPPED_BIT) {
                channel.read(ByteBuffer.wrap(bytes), position);
                bytes[0] ^= (byte) (1 << random.nextInt(8));
            } else if (kind == Kind.OVERWRITTEN) {
                random.nextBytes(bytes);
            }
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }
}
