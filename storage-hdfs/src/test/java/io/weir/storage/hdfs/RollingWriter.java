package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Does as the commit log does: appends numbered records, each flushed before the next, and goes on in a new file when
 * the store fails. Remembers how much of each file was acknowledged, and the longest time between two acknowledgements.
 */
final class RollingWriter implements AutoCloseable {
    static final int RECORD_BYTES = 1024;

    private final Store store;
    private final String directory;
    private final Time time = Time.SYSTEM;
    private final List<Acknowledged> files = new ArrayList<>();
    private @Nullable AppendFile out;
    private @Nullable WeirException lastFailure;
    private int next;
    private long lastNanos = time.nanoseconds();
    private long longestPauseNanos;

    /** What a file has for certain: records from {@code first} on. */
    record Acknowledged(String path, int first, int count) {}

    RollingWriter(Store store) {
        this(store, "wal/1-1/");
    }

    /** @param directory of its files, with a slash at its end */
    RollingWriter(Store store, String directory) {
        this.store = store;
        this.directory = directory;
    }

    /** Writes until {@code count} more records are acknowledged. */
    void write(int count) {
        for (int i = 0; i < count; i++) {
            while (!tryNext()) {
                close();
            }
        }
    }

    private boolean tryNext() {
        try {
            if (out == null) {
                String path = directory + String.format(Locale.ROOT, "%020d", files.size());
                files.add(new Acknowledged(path, next, 0));
                out = store.createJournal(path);
            }
            out.append(List.of(record(next)));
            out.flush();
        } catch (WeirException e) {
            if (e.kind() != FaultKind.UNAVAILABLE) {
                throw e;
            }
            lastFailure = e;
            return false;
        }
        long now = time.nanoseconds();
        longestPauseNanos = Math.max(longestPauseNanos, now - lastNanos);
        lastNanos = now;
        next++;
        Acknowledged file = files.removeLast();
        files.add(new Acknowledged(file.path, file.first, file.count + 1));
        return true;
    }

    int acknowledged() {
        return next;
    }

    int files() {
        return files.size();
    }

    /** Why it went on in another file. */
    Optional<WeirException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    long longestPauseMs() {
        return longestPauseNanos / 1_000_000;
    }

    /** Forgets how long it took so far. */
    void measure() {
        lastNanos = time.nanoseconds();
        longestPauseNanos = 0;
    }

    /** Fences every file and reads all that was acknowledged. */
    void verify(Store reader) {
        for (Acknowledged file : files) {
            long length;
            try {
                length = reader.fence(file.path);
            } catch (WeirException e) {
                if (file.count == 0 && e.kind() == FaultKind.INVALID) {
                    continue; // it was never made
                }
                throw e;
            }
            if (length < (long) file.count * RECORD_BYTES) {
                throw new AssertionError(file + " has " + length + " bytes");
            }
            try (ReadFile in = reader.open(file.path)) {
                ByteBuffer bytes = ByteBuffer.allocate(RECORD_BYTES);
                for (int i = 0; i < file.count; i++) {
                    in.readFully((long) i * RECORD_BYTES, bytes.clear());
                    if (!bytes.flip().equals(record(file.first + i))) {
                        throw new AssertionError("Record " + i + " of " + file + " is another");
                    }
                }
            }
        }
    }

    private static ByteBuffer record(int number) {
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        while (record.hasRemaining()) {
            record.putInt(number);
        }
        return record.flip();
    }

    @Override
    public void close() {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
