package io.weir.metadata.raft;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.Utils;

/**
 * Checksums of the small files that Kafka's classes write without one, in a file of their own beside them: a line
 * {@code <crc> <name>} each, and a last line with the checksum of the lines. A file that is about to change is first
 * taken out, so that a crash in between is no damage. Any thread.
 */
final class FileChecksums {
    static final String FILE_NAME = "checksums";

    private final Path directory;
    private final Map<String, String> known = new TreeMap<>();

    /** @throws WeirException CORRUPT when the checksums themselves are damaged */
    FileChecksums(Path directory) {
        this.directory = directory;
        if (Files.exists(file())) {
            read();
        }
    }

    private Path file() {
        return directory.resolve(FILE_NAME);
    }

    private void read() {
        List<String> lines;
        try {
            lines = Files.readString(file(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "cannot read " + file() + ": " + e, e);
        }
        String text = lines.isEmpty() ? "" : String.join("\n", lines.subList(0, lines.size() - 1));
        if (lines.isEmpty() || !lines.getLast().equals(checksum(text.getBytes(StandardCharsets.ISO_8859_1)))) {
            throw new WeirException(
                    FaultKind.CORRUPT, file() + " is damaged; remove it if the files beside it are known to be good");
        }
        for (String line : lines.subList(0, lines.size() - 1)) {
            int space = line.indexOf(' ');
            known.put(line.substring(space + 1), line.substring(0, space));
        }
    }

    /** @throws WeirException CORRUPT when a file is not what it was */
    synchronized void verify() {
        known.forEach((name, expected) -> {
            if (!checksumOf(name).equals(expected)) {
                throw new WeirException(
                        FaultKind.CORRUPT,
                        directory.resolve(name) + " is damaged: it does not have the checksum " + expected + " that "
                                + file() + " names; restore it from a backup");
            }
        });
    }

    /** Remembers the file as it is now. */
    synchronized void record(String name) {
        String now = checksumOf(name);
        if (!now.equals(known.put(name, now))) {
            write();
        }
    }

    /** As {@link #record}, for a file that Kafka's classes make when they like. */
    synchronized void recordIfThere(String name) {
        if (Files.exists(directory.resolve(name))) {
            record(name);
        }
    }

    /** The file is about to change. */
    synchronized void forget(String name) {
        if (known.remove(name) != null) {
            write();
        }
    }

    private String checksumOf(String name) {
        try {
            return checksum(Files.readAllBytes(directory.resolve(name)));
        } catch (IOException e) {
            throw new WeirException(FaultKind.CORRUPT, directory.resolve(name) + " cannot be read: " + e, e);
        }
    }

    private static String checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return Long.toHexString(crc.getValue());
    }

    private void write() {
        StringBuilder text = new StringBuilder();
        known.forEach((name, checksum) ->
                text.append(checksum).append(' ').append(name).append('\n'));
        String lines = text.isEmpty() ? "" : text.substring(0, text.length() - 1);
        String all =
                lines + (lines.isEmpty() ? "" : "\n") + checksum(lines.getBytes(StandardCharsets.ISO_8859_1)) + "\n";
        Path temporary = directory.resolve(FILE_NAME + ".tmp");
        try {
            try (FileChannel out = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(all.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Utils.atomicMoveWithFallback(temporary, file());
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "cannot write " + file() + ": " + e, e);
        }
    }
}
