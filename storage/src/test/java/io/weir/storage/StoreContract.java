package io.weir.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store keeps to. A back end's test extends this and says how to make an empty store. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class StoreContract {
    private Store store;

    /** An empty store; closed after the test. */
    protected abstract Store newStore() throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = newStore();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    /** The store under test. */
    protected final Store store() {
        return store;
    }

    @Test
    void appendedAndFlushedBytesAreReadInAnyRange() {
        byte[] bytes = randomBytes(10_000, 1);
        try (AppendFile file = store.create("a/b/file")) {
            assertThat(file.path()).isEqualTo("a/b/file");
            file.append(List.of(ByteBuffer.wrap(bytes, 0, 4000)));
            file.append(List.of(
                    ByteBuffer.wrap(bytes, 4000, 1), ByteBuffer.allocate(0), ByteBuffer.wrap(bytes, 4001, 5999)));
            assertThat(file.lengthBytes()).isEqualTo(10_000);
            file.flush();
            file.seal();
        }
        try (ReadFile file = store.open("a/b/file")) {
            assertThat(file.lengthBytes()).isEqualTo(10_000);
            Random random = new Random(2);
            for (int i = 0; i < 100; i++) {
                int from = random.nextInt(10_000);
                int size = random.nextInt(10_000 - from + 1);
                ByteBuffer target = i % 2 == 0 ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
                file.readFully(from, target);
                assertThat(target.hasRemaining()).isFalse();
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes, from, size));
            }
        }
    }

    @Test
    void appendTakesWhatRemainsAndMovesPositions() {
        ByteBuffer part = text("0123456789");
        part.position(2).limit(5);
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(text("xyz")).flip();
        try (AppendFile file = store.create("file")) {
            file.append(List.of(part, direct));
            file.seal();
        }
        assertThat(part.remaining()).isZero();
        assertThat(part.limit()).isEqualTo(5);
        assertThat(direct.remaining()).isZero();
        assertThat(string(readAll("file"))).isEqualTo("234xyz");
    }

    @Test
    void flushedBytesAreThereWhileTheWriterGoesOn() {
        try (AppendFile file = store.create("file")) {
            file.append(List.of(text("first")));
            file.flush();
            try (ReadFile reader = store.open("file")) {
                long seen = reader.lengthBytes();
                file.append(List.of(text("second")));
                file.flush();
                // It may or may not see later bytes; what it said that it has stays as it was.
                assertThat(reader.lengthBytes()).isGreaterThanOrEqualTo(seen);
                ByteBuffer target = ByteBuffer.allocate(5);
                reader.readFully(0, target);
                assertThat(string(target.array())).isEqualTo("first");
            }
            assertThat(string(readAll("file"))).isEqualTo("firstsecond");
        }
    }

    @Test
    void readingBeyondTheEndIsCorruptNotShort() {
        write("file", randomBytes(100, 3));
        try (ReadFile file = store.open("file")) {
            assertFault(FaultKind.CORRUPT, () -> file.readFully(50, ByteBuffer.allocate(51)));
            assertFault(FaultKind.CORRUPT, () -> file.readFully(200, ByteBuffer.allocate(1)));
            assertFault(FaultKind.INVALID, () -> file.readFully(-1, ByteBuffer.allocate(1)));
            file.readFully(100, ByteBuffer.allocate(0));
        }
    }

    @Test
    void emptyFiles() {
        write("empty", new byte[0]);
        assertThat(readAll("empty")).isEmpty();
        assertThat(store.list("")).extracting(FileStatus::path).containsExactly("empty");
        assertThat(store.list("empty").getFirst().lengthBytes()).isZero();
        assertThat(store.fence("empty")).isZero();
    }

    @Test
    void bigAppendsOfManyBuffers() {
        byte[] bytes = randomBytes(9_000_001, 4);
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 3001) {
            buffers.add(ByteBuffer.wrap(bytes, at, Math.min(3001, bytes.length - at)));
        }
        try (AppendFile file = store.create("big")) {
            file.append(buffers);
            file.append(List.of(ByteBuffer.wrap(bytes)));
            file.seal();
            assertThat(file.lengthBytes()).isEqualTo(2L * bytes.length);
        }
        try (ReadFile file = store.open("big")) {
            assertThat(file.lengthBytes()).isEqualTo(2L * bytes.length);
            ByteBuffer half = ByteBuffer.allocate(bytes.length);
            file.readFully(0, half);
            assertThat(half.array()).isEqualTo(bytes);
            file.readFully(bytes.length, half.clear());
            assertThat(half.array()).isEqualTo(bytes);
        }
    }

    @Test
    void oneOfManyCreatorsWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            String path = "race/" + round;
            List<Boolean> won = atOnce(8, () -> {
                try (AppendFile file = store.create(path)) {
                    file.append(List.of(ByteBuffer.wrap(new byte[] {1})));
                    file.seal();
                    return true;
                } catch (WeirException e) {
                    assertThat(e.kind()).isEqualTo(FaultKind.INVALID);
                    return false;
                }
            });
            assertThat(won).containsOnlyOnce(true);
            assertThat(readAll(path)).hasSize(1);
        }
    }

    @Test
    void existingFileIsNotMadeAgain() {
        write("dir/file", new byte[] {1, 2, 3});
        WeirException fault = assertFault(FaultKind.INVALID, () -> store.create("dir/file"));
        assertThat(fault).hasMessageContaining("dir/file");
        assertThat(readAll("dir/file")).containsExactly(1, 2, 3);
    }

    @Test
    void missingFileCannotBeOpenedOrFenced() {
        assertThat(assertFault(FaultKind.INVALID, () -> store.open("no/such"))).hasMessageContaining("no/such");
        assertFault(FaultKind.INVALID, () -> store.fence("no/such"));
    }

    @Test
    void directoriesAreListedTogether() {
        List<String> paths = List.of("a/0/x", "a/0/y", "a/1/z", "a/2/deep/er/w", "a/30/v", "b/0/u", "c/t");
        paths.forEach(path -> write(path, new byte[path.length()]));

        assertThat(store.listAll(List.of("a/0/", "a/2/", "a/3/", "a/4/", "b/0/", "d/0/")))
                .extracting(FileStatus::path, FileStatus::lengthBytes)
                .containsExactlyInAnyOrder(
                        tuple("a/0/x", 5L), tuple("a/0/y", 5L), tuple("a/2/deep/er/w", 13L), tuple("b/0/u", 5L));
        assertThat(store.listAll(List.of())).isEmpty();
        assertThat(paths(store.listAll(List.of("c/")))).containsExactly("c/t");
    }

    @Test
    void listingIsByPrefixInOrderOfPath() {
        List<String> paths = List.of(
                "topics/a/0/00000000000000000007",
                "topics/a/0/00000000000000000123-1",
                "topics/a/1/00000000000000000000",
                "topics/a-b/0/00000000000000000000",
                "topics/b/0/x",
                "wal/1-2/0",
                "wal/1-20/0",
                "z");
        paths.reversed().forEach(path -> write(path, new byte[path.length()]));

        assertThat(store.list("")).extracting(FileStatus::path).isSorted().containsExactlyInAnyOrderElementsOf(paths);
        assertThat(paths(store.list("topics/a/")))
                .containsExactly(
                        "topics/a/0/00000000000000000007",
                        "topics/a/0/00000000000000000123-1",
                        "topics/a/1/00000000000000000000");
        assertThat(paths(store.list("topics/a/0/000000000000000001")))
                .containsExactly("topics/a/0/00000000000000000123-1");
        assertThat(paths(store.list("topics/a"))).hasSize(4).isSorted().contains("topics/a-b/0/00000000000000000000");
        assertThat(paths(store.list("wal/1-2"))).containsExactly("wal/1-2/0", "wal/1-20/0");
        assertThat(paths(store.list("wal/1-2/"))).containsExactly("wal/1-2/0");
        assertThat(paths(store.list("z"))).containsExactly("z");
        assertThat(store.list("nothing")).isEmpty();
        assertThat(store.list("z/deeper/")).isEmpty();
        assertThat(store.list("topics/b/").getFirst().lengthBytes()).isEqualTo("topics/b/0/x".length());
        assertThat(store.list("topics/b/").getFirst().modifiedMs()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void deletedFileIsGoneAndItsNameFree() {
        write("dir/file", new byte[] {1});
        write("dir/other", new byte[] {2});
        store.delete("dir/file");
        store.delete("dir/file");
        store.delete("never/there");
        assertFault(FaultKind.INVALID, () -> store.open("dir/file"));
        assertThat(paths(store.list("dir/"))).containsExactly("dir/other");
        write("dir/file", new byte[] {3, 3});
        assertThat(readAll("dir/file")).containsExactly(3, 3);
        store.delete("dir/file");
        store.delete("dir/other");
        assertThat(store.list("")).isEmpty();
        write("dir", new byte[] {4});
        assertThat(readAll("dir")).containsExactly(4);
    }

    @Test
    void deletionUnderAReaderNeverShowsWrongBytes() {
        byte[] bytes = randomBytes(1000, 5);
        write("file", bytes);
        try (ReadFile file = store.open("file")) {
            store.delete("file");
            write("file", randomBytes(1000, 6));
            ByteBuffer target = ByteBuffer.allocate(1000);
            try {
                file.readFully(0, target);
                assertThat(target.array()).isEqualTo(bytes);
            } catch (WeirException e) {
                assertThat(e.kind()).isIn(FaultKind.UNAVAILABLE, FaultKind.INVALID);
            }
        }
    }

    @Test
    void creatingAndDeletingInOneDirectoryDoNotDisturbEachOther() throws Exception {
        List<Boolean> done = atOnce(4, () -> {
            String path = "shared/deep/" + Thread.currentThread().threadId();
            for (int i = 0; i < 25; i++) {
                write(path, new byte[] {1});
                store.delete(path);
            }
            return true;
        });
        assertThat(done).containsOnly(true);
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void fenceStopsTheWriterAndKeepsWhatWasFlushed() {
        AppendFile file = store.create("wal/1");
        file.append(List.of(text("flushed")));
        file.flush();
        file.append(List.of(text("not")));

        long length = store.fence("wal/1");

        assertThat(length).isBetween(7L, 10L);
        assertFault(FaultKind.FENCED, () -> file.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        assertFault(FaultKind.FENCED, file::flush);
        assertFault(FaultKind.FENCED, file::seal);
        file.close();
        assertThat(store.fence("wal/1")).isEqualTo(length);
        byte[] found = readAll("wal/1");
        assertThat(found).hasSize((int) length);
        assertThat(string(found)).startsWith("flushed");
        assertThat("flushednot").startsWith(string(found));
        assertFault(FaultKind.INVALID, () -> store.create("wal/1"));
    }

    @Test
    void fenceOfASealedFileChangesNothing() {
        AppendFile file = store.create("wal/1");
        file.append(List.of(text("bytes")));
        file.seal();
        assertThat(store.fence("wal/1")).isEqualTo(5);
        assertThat(store.fence("wal/1")).isEqualTo(5);
        assertThat(string(readAll("wal/1"))).isEqualTo("bytes");
        file.close();
    }

    @Test
    void fenceOfAFileThatWasClosedWithoutASeal() {
        AppendFile file = store.create("wal/1");
        file.append(List.of(text("bytes")));
        file.flush();
        file.close();
        assertThat(store.fence("wal/1")).isEqualTo(5);
        assertThat(string(readAll("wal/1"))).isEqualTo("bytes");
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsAddedWhenAFenceMeetsABusyWriter() throws Exception {
        for (int round = 0; round < 5; round++) {
            String path = "wal/" + round;
            AppendFile file = store.create(path);
            CountDownLatch writing = new CountDownLatch(1);
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Long> acknowledged = executor.submit(() -> {
                    long flushed = 0;
                    try {
                        for (int i = 0; i < 100_000; i++) {
                            file.append(List.of(ByteBuffer.wrap(new byte[] {(byte) i, 1, 2, 3})));
                            file.flush();
                            flushed += 4;
                            writing.countDown();
                        }
                    } catch (WeirException e) {
                        assertThat(e.kind()).isEqualTo(FaultKind.FENCED);
                    }
                    return flushed;
                });
                writing.await();
                long length = store.fence(path);
                assertThat(length).isGreaterThanOrEqualTo(acknowledged.get());
                assertThat(length).isLessThan(400_000);
                assertThat(readAll(path)).hasSize((int) length);
                file.close();
            }
        }
    }

    @Test
    void manyThreadsFlushWhileOneAppends() throws Exception {
        byte[] bytes = randomBytes(64 * 100, 7);
        try (AppendFile file = store.create("file");
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch appended = new CountDownLatch(1);
            List<Future<?>> flushers = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(i -> executor.submit(() -> {
                        do {
                            file.flush();
                        } while (!appended.await(1, TimeUnit.MILLISECONDS));
                        return null;
                    }))
                    .toList();
            for (int at = 0; at < bytes.length; at += 64) {
                file.append(List.of(ByteBuffer.wrap(bytes, at, 64)));
            }
            appended.countDown();
            for (Future<?> flusher : flushers) {
                flusher.get();
            }
            file.seal();
        }
        assertThat(readAll("file")).isEqualTo(bytes);
    }

    @Test
    void closedAndSealedFilesTakeNoMore() {
        AppendFile closed = store.create("closed");
        closed.close();
        closed.close();
        assertFault(FaultKind.CLOSED, () -> closed.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        assertFault(FaultKind.CLOSED, closed::flush);
        assertFault(FaultKind.CLOSED, closed::seal);

        AppendFile sealed = store.create("sealed");
        sealed.seal();
        sealed.seal();
        assertFault(FaultKind.CLOSED, () -> sealed.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        assertFault(FaultKind.CLOSED, sealed::flush);
        sealed.close();
    }

    @Test
    void closedReaderReadsNoMore() {
        write("file", new byte[] {1});
        ReadFile file = store.open("file");
        file.close();
        file.close();
        assertFault(FaultKind.CLOSED, () -> file.readFully(0, ByteBuffer.allocate(1)));
    }

    @Test
    void closedStoreDoesNothing() {
        write("file", new byte[] {1});
        store.close();
        store.close();
        assertFault(FaultKind.CLOSED, () -> store.create("other"));
        assertFault(FaultKind.CLOSED, () -> store.open("file"));
        assertFault(FaultKind.CLOSED, () -> store.list(""));
        assertFault(FaultKind.CLOSED, () -> store.delete("file"));
        assertFault(FaultKind.CLOSED, () -> store.fence("file"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../x",
                "a/../b",
                "a/..",
                ".",
                "a/./b",
                "a//b",
                "a/",
                ".hidden",
                "a b",
                "a\\b",
                "a:b",
                "a\0b",
                "\u00fcber",
                "%2e%2e/x"
            })
    void badPathsAreRefused(String path) {
        assertFault(FaultKind.INVALID, () -> store.create(path));
        assertFault(FaultKind.INVALID, () -> store.open(path));
        assertFault(FaultKind.INVALID, () -> store.delete(path));
        assertFault(FaultKind.INVALID, () -> store.fence(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "..", "../", "a/../", "a//", ".a", "a b"})
    void badPrefixesAreRefused(String prefix) {
        assertFault(FaultKind.INVALID, () -> store.list(prefix));
    }

    /** Writes and seals a file. */
    protected final void write(String path, byte[] bytes) {
        try (AppendFile file = store.create(path)) {
            file.append(List.of(ByteBuffer.wrap(bytes)));
            file.seal();
        }
    }

    /** A whole file. */
    protected final byte[] readAll(String path) {
        try (ReadFile file = store.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.lengthBytes()));
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    /** The bytes of a text, to be appended. */
    protected static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as text. */
    protected static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Bytes that a seed repeats. */
    protected static byte[] randomBytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The call must fail with this kind. */
    protected static WeirException assertFault(FaultKind kind, Runnable call) {
        WeirException fault = catchThrowableOfType(WeirException.class, call::run);
        assertThat(fault).as("the fault of a call that had to fail").isNotNull();
        assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(kind);
        return fault;
    }

    private static List<String> paths(List<FileStatus> files) {
        return files.stream().map(FileStatus::path).toList();
    }

    private static <T> List<T> atOnce(int threads, Callable<T> call) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = IntStream.range(0, threads)
                    .mapToObj(i -> executor.submit(() -> {
                        start.await();
                        return call.call();
                    }))
                    .toList();
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
