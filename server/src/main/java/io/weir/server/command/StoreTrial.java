package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** Tries everything that the log wants of a store, in a directory of its own, which is gone afterwards. One thread. */
final class StoreTrial {
    private static final int SMALL_BYTES = 4096;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int LARGE_FLUSHES = 20;

    private final Store store;
    private final String journal;
    private final String second;
    private final String prefix;
    private final int flushes;
    private final Time time;
    private final List<Step> steps = new ArrayList<>();
    private @Nullable AppendFile out;
    private long flushedBytes;

    /**
     * What was tried.
     *
     * @param what how it went, a sentence
     * @param figures what was measured
     */
    record Step(String name, boolean passed, String what, Map<String, Object> figures) {
        static Step passed(String name, String what) {
            return new Step(name, true, what, Map.of());
        }

        static Step failed(String name, String what) {
            return new Step(name, false, what, Map.of());
        }
    }

    /** @param directory of files that nobody else uses */
    StoreTrial(Store store, String directory, int flushes, Time time) {
        this.store = store;
        this.prefix = directory + "/";
        this.journal = prefix + "journal";
        this.second = prefix + "sealed";
        this.flushes = flushes;
        this.time = time;
    }

    /** Stops at the first step that fails, as the others need what it did; cleans up in any case. */
    List<Step> run() {
        boolean _ = attempt("create", this::create)
                && attempt("flush", () -> flush(SMALL_BYTES, flushes))
                && attempt("flush large", () -> flush(LARGE_BYTES, Math.min(flushes, LARGE_FLUSHES)))
                && attempt("read while written", () -> read("the reader"))
                && attempt("fence", this::fence)
                && attempt("read back", () -> read("after the fence, the reader"))
                && attempt("seal", this::seal)
                && attempt("list", this::list);
        if (out != null) {
            out.close();
        }
        attempt("delete", this::delete);
        return List.copyOf(steps);
    }

    private interface Attempt {
        Step run();
    }

    private boolean attempt(String name, Attempt attempt) {
        Step step;
        try {
            step = attempt.run();
        } catch (WeirException e) {
            step = Step.failed(name, String.valueOf(e.getMessage()));
        }
        steps.add(step);
        return step.passed();
    }

    private Step create() {
        out = store.createJournal(journal);
        try (AppendFile twice = store.create(journal)) {
            return Step.failed(
                    "create",
                    "two writers have made " + twice.path()
                            + ": creation is not exclusive, and two nodes would write one log");
        } catch (WeirException e) {
            if (e.kind() == FaultKind.INVALID) {
                return Step.passed("create", "a file is made once, and not twice");
            }
            throw e;
        }
    }

    private Step flush(int size, int count) {
        AppendFile file = file();
        long[] micros = new long[count];
        for (int i = 0; i < count; i++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(size);
            while (bytes.hasRemaining()) {
                bytes.put((byte) (flushedBytes + bytes.position()));
            }
            long start = time.nanoseconds();
            file.append(List.of(bytes.flip()));
            file.flush();
            micros[i] = (time.nanoseconds() - start) / 1000;
            flushedBytes += size;
        }
        Arrays.sort(micros);
        long half = micros[count / 2];
        long max = micros[count - 1];
        return new Step(
                size == SMALL_BYTES ? "flush" : "flush large",
                true,
                String.format(
                        Locale.ROOT,
                        "%d flushes of %d KiB: half within %.1f ms, all within %.1f ms",
                        count,
                        size >> 10,
                        half / 1e3,
                        max / 1e3),
                Map.of("bytes", size, "flushes", count, "p50Micros", half, "maxMicros", max));
    }

    private Step read(String who) {
        String name = who.equals("the reader") ? "read while written" : "read back";
        try (ReadFile file = store.open(journal)) {
            if (file.lengthBytes() < flushedBytes) {
                return Step.failed(
                        name,
                        who + " sees " + file.lengthBytes() + " of the " + flushedBytes + " bytes that were flushed");
            }
            ByteBuffer bytes = ByteBuffer.allocate(LARGE_BYTES);
            for (long at = 0; at < flushedBytes; at += bytes.capacity()) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), flushedBytes - at));
                file.readFully(at, bytes);
                for (int i = 0; i < bytes.limit(); i++) {
                    if (bytes.get(i) != (byte) (at + i)) {
                        return Step.failed(name, "byte " + (at + i) + " is not what was written there");
                    }
                }
            }
        }
        return Step.passed(name, who + " sees all " + flushedBytes + " bytes that were flushed");
    }

    private Step fence() {
        AppendFile file = file();
        long start = time.milliseconds();
        long length = store.fence(journal);
        long elapsed = time.milliseconds() - start;
        if (length < flushedBytes) {
            return Step.failed(
                    "fence", "the file was cut to " + length + " bytes though " + flushedBytes + " had been flushed");
        }
        try {
            file.append(List.of(ByteBuffer.allocate(file.blockBytes() == 1 ? 16 : file.blockBytes())));
            file.flush();
            return Step.failed("fence", "the old writer still writes, so a node that was replaced could go on");
        } catch (WeirException e) {
            if (e.kind() != FaultKind.FENCED) {
                throw e;
            }
        }
        return new Step(
                "fence", true, "the old writer was stopped, which took " + elapsed + " ms", Map.of("fenceMs", elapsed));
    }

    private Step seal() {
        long start = time.nanoseconds();
        try (AppendFile file = store.create(second)) {
            file.append(List.of(ByteBuffer.allocate(SMALL_BYTES)));
            file.seal();
        }
        return Step.passed(
                "seal",
                String.format(
                        Locale.ROOT, "a file was made and sealed in %.1f ms", (time.nanoseconds() - start) / 1e6));
    }

    private Step list() {
        List<String> found = store.list(prefix).stream().map(FileStatus::path).toList();
        return found.equals(List.of(journal, second))
                ? Step.passed("list", "both files are listed, in order")
                : Step.failed("list", "it shows " + found + " instead of " + journal + " and " + second);
    }

    private Step delete() {
        store.delete(journal);
        store.delete(second);
        List<FileStatus> left = store.list(prefix);
        return left.isEmpty()
                ? Step.passed("delete", "nothing is left")
                : Step.failed("delete", left.size() + " files are still listed below " + prefix);
    }

    private AppendFile file() {
        if (out == null) {
            throw new IllegalStateException("The journal was not made");
        }
        return out;
    }
}
