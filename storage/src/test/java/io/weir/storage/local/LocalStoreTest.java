package io.weir.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.StoreContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStoreTest extends StoreContract {
    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway") // set by newStore before each test
    private LocalStore local;

    @Override
    protected Store newStore() {
        local = new LocalStore(LocalStoreConfig.defaults(directory.resolve("data")));
        return local;
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        local.close();
        assertThat(local.openFiles()).isZero();
        assertThat(descriptorsBelow(directory)).isEmpty();
    }

    @Test
    void filesOutliveTheStore() {
        write("a/b", new byte[] {1, 2, 3});
        local.close();
        try (LocalStore again = new LocalStore(LocalStoreConfig.defaults(directory.resolve("data")))) {
            assertThat(again.fence("a/b")).isEqualTo(3);
            assertThat(again.list("")).hasSize(1);
        }
    }

    @Test
    void theSpaceOfALargeFileIsFreed() throws Exception {
        write("large", new byte[20 << 20]);
        local.delete("large");
        assertThat(local.list("")).isEmpty();
        write("large", new byte[] {1}); // the name is free at once
        assertThat(content("large")).containsExactly(1);
        awaitNothingLeftToFree();
        assertThat(descriptorsBelow(directory)).noneMatch(name -> name.endsWith("(deleted)"));
    }

    /** The thread that frees space ends when it has had nothing to do for a second. */
    static void awaitNothingLeftToFree() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("weir-reclaim")) {
                assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
            }
        }
    }

    @Test
    void whoReadsALargeFileThatIsDeletedReadsOn() {
        byte[] bytes = new byte[20 << 20];
        new Random(1).nextBytes(bytes);
        write("large", bytes);
        try (ReadFile reader = local.open("large")) {
            local.delete("large");
            write("other", new byte[20 << 20]);
            local.delete("other");
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            reader.readFully(0, read);
            assertThat(read.array()).isEqualTo(bytes);
        }
    }

    private byte[] blocks(AppendFile file, int count, int value) {
        byte[] bytes = new byte[count * file.blockBytes()];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private byte[] content(String path) {
        try (ReadFile file = local.open(path)) {
            ByteBuffer target = ByteBuffer.allocate((int) file.lengthBytes());
            file.readFully(0, target);
            return target.array();
        }
    }

    @Test
    void aJournalHoldsWhatWasAppendedInPiecesOfAnyShape() {
        byte[] all;
        try (AppendFile file = local.createJournal("wal/1")) {
            // More than is written at once, cut where no block ends.
            all = new byte[(3 << 20) + file.blockBytes()];
            new Random(7).nextBytes(all);
            ByteBuffer heap = ByteBuffer.wrap(all, 0, 1234);
            ByteBuffer direct = ByteBuffer.allocateDirect(all.length - 1234)
                    .put(all, 1234, all.length - 1234)
                    .flip();
            file.append(List.of(heap, direct));
            assertThat(heap.hasRemaining() || direct.hasRemaining()).isFalse();
            file.flush();
            assertThat(file.lengthBytes()).isEqualTo(all.length);
        }
        assertThat(content("wal/1")).isEqualTo(all);
    }

    @Test
    void aJournalTakesTheBlocksOfADeletedOneAlsoAfterARestart() throws IOException {
        byte[] old;
        int block;
        try (AppendFile file = local.createJournal("wal/1")) {
            block = file.blockBytes();
            assumeThat(block).as("a file system with direct I/O").isGreaterThan(1);
            old = blocks(file, 3, 1);
            file.append(List.of(ByteBuffer.wrap(old)));
            file.seal();
        }
        old = content("wal/1");
        local.delete("wal/1");
        assertThat(local.list("")).isEmpty();
        local.close();
        newStore();
        byte[] mine;
        try (AppendFile file = local.createJournal("wal/2")) {
            mine = blocks(file, 1, 2);
            file.append(List.of(ByteBuffer.wrap(mine)));
            file.flush();
            assertThat(file.lengthBytes()).isEqualTo(mine.length);
        }
        byte[] expected = old.clone();
        System.arraycopy(mine, 0, expected, 0, block);
        assertThat(content("wal/2")).isEqualTo(expected);
        assertThat(local.fence("wal/2")).isEqualTo(expected.length);
        try (AppendFile third = local.createJournal("wal/3")) {
            assertThat(third.lengthBytes()).isZero();
            assertThat(local.fence("wal/3")).isZero(); // the one spare file was used up
        }
    }

    @Test
    void aJournalsNameIsTakenOnceAndKeepsItsContent() {
        try (AppendFile file = local.createJournal("wal/1")) {
            file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 1))));
            file.seal();
        }
        try (AppendFile other = local.createJournal("wal/0")) {
            other.append(List.of(ByteBuffer.wrap(blocks(other, 1, 5))));
        }
        local.delete("wal/0");
        assertFault(FaultKind.INVALID, () -> local.createJournal("wal/1"));
        assertThat(content("wal/1")).startsWith(1, 1, 1).doesNotContain(5);
    }

    @Test
    void anAppendThatDoesNotFillBlocksEndsTheJournalWithoutHarm() {
        AppendFile file = local.createJournal("wal/1");
        assumeThat(file.blockBytes()).isGreaterThan(1);
        file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 1))));
        file.flush();
        assertThatThrownBy(() -> file.append(List.of(ByteBuffer.allocate(5))))
                .isInstanceOf(IllegalArgumentException.class);
        file.close();
        assertThat(content("wal/1")).containsOnly(1);
    }

    @Test
    void aJournalOfSmallAppendsGrowsAheadOfThem() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (AppendFile file = local.createJournal("wal/1")) {
            assumeThat(file.blockBytes()).as("a file system with direct I/O").isGreaterThan(1);
            // Past the end of what was made ahead, twice, with an append between that grows the file itself.
            int large = JournalAppender.LARGE_BYTES / file.blockBytes();
            for (int i = 0; all.size() < 3 * BlockArea.AREA_BYTES; i++) {
                byte[] bytes = blocks(file, i == 40 ? 9 * large : 1 + i % 7, 1 + i % 100);
                all.write(bytes);
                file.append(List.of(ByteBuffer.wrap(bytes)));
                file.flush();
                assertThat(file.lengthBytes()).isEqualTo(all.size());
                assertThat(local.list("wal/").getFirst().lengthBytes()).isGreaterThanOrEqualTo(all.size());
            }
        }
        byte[] content = content("wal/1");
        assertThat(content).startsWith(all.toByteArray());
        assertThat(content.length - all.size()).isBetween(1, BlockArea.AREA_BYTES);
        assertThat(Arrays.copyOfRange(content, all.size(), content.length)).containsOnly(0);
    }

    @Test
    void aSmallAppendWhereNothingGrowsIsDurableAtOnce() throws Exception {
        AppendFile file = local.createJournal("wal/1");
        int block = file.blockBytes();
        assumeThat(block).as("a file system with direct I/O").isGreaterThan(1);
        file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 1)))); // grows: needs the flush
        file.flush();
        file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 2))));
        interrupted(() -> file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 3)))));
        file.close(); // cuts off what is not durable
        assertThat(content("wal/1")).hasSize(2 * block).endsWith(2, 2, 2);
    }

    @Test
    void whatGrewAndWasNotFlushedIsNotTakenForDurable() throws Exception {
        AppendFile file = local.createJournal("wal/1");
        assumeThat(file.blockBytes()).as("a file system with direct I/O").isGreaterThan(1);
        file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 1))));
        file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 2)))); // durable by itself, but not what it follows
        interrupted(() -> file.append(List.of(ByteBuffer.wrap(blocks(file, 1, 3)))));
        file.close();
        assertThat(content("wal/1")).isEmpty();
    }

    @Test
    void aFileThatIsFlushedInMidBlockGoesOnThere() {
        Random random = new Random(11);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (AppendFile file = local.create("a/b")) {
            for (int i = 0; i < 40; i++) {
                byte[] piece = new byte[random.nextInt(1, i % 10 == 0 ? 3 << 20 : 9000)];
                random.nextBytes(piece);
                file.append(List.of(ByteBuffer.wrap(piece)));
                all.writeBytes(piece);
                if (random.nextInt(3) == 0) {
                    file.flush();
                    assertThat(content("a/b")).isEqualTo(all.toByteArray());
                }
            }
            file.seal();
            assertThat(file.lengthBytes()).isEqualTo(all.size());
        }
        assertThat(content("a/b")).isEqualTo(all.toByteArray());
        assertThat(local.fence("a/b")).isEqualTo(all.size());
    }

    @Test
    void aReaderOutlivesTheDeletionOfItsFile() {
        write("file", new byte[] {1, 2, 3});
        try (ReadFile file = local.open("file")) {
            local.delete("file");
            ByteBuffer target = ByteBuffer.allocate(3);
            file.readFully(0, target);
            assertThat(target.array()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aWriterWhoseFileIsDeletedIsFenced() {
        AppendFile file = local.create("dir/file");
        local.delete("dir/file");
        assertFault(FaultKind.FENCED, () -> file.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        file.close();
        assertThat(local.list("")).isEmpty();
    }

    @Test
    void emptyDirectoriesAreRemoved() {
        write("topics/a/0/1", new byte[] {1});
        write("topics/b/0/1", new byte[] {1});
        local.delete("topics/a/0/1");
        assertThat(directory.resolve("data/topics/a")).doesNotExist();
        assertThat(directory.resolve("data/topics/b/0")).isDirectory();
        local.delete("topics/b/0/1");
        assertThat(directory.resolve("data/topics")).doesNotExist();
        assertThat(directory.resolve("data")).isDirectory();
    }

    @Test
    void foreignNamesAreNotListed() throws IOException {
        write("file", new byte[] {1});
        Files.writeString(directory.resolve("data/.hidden"), "x");
        Files.createDirectory(directory.resolve("data/lost+found"));
        assertThat(local.list("")).hasSize(1);
    }

    @Test
    void aSecondStoreInThisProcessIsRefusedAndDoesNotBreakTheLock() throws Exception {
        LocalStoreConfig same = LocalStoreConfig.defaults(directory.resolve("data/../data"));
        for (int i = 0; i < 2; i++) {
            WeirException fault = assertFault(FaultKind.UNAVAILABLE, () -> new LocalStore(same));
            assertThat(fault)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid())
                    .hasMessageContaining("weir.data.dir");
        }
        assertThat(runOther())
                .contains("in use by pid " + ProcessHandle.current().pid());
    }

    @Test
    void anotherProcessIsRefusedUntilThisOneLetsGo() throws Exception {
        assertThat(runOther())
                .contains("UNAVAILABLE")
                .contains(directory.toRealPath().resolve("data").toString())
                .contains("in use by pid " + ProcessHandle.current().pid())
                .contains("weir.data.dir");
        local.close();
        assertThat(runOther()).contains("opened");
    }

    @Test
    void aDirectoryThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "x");
        WeirException fault = assertFault(FaultKind.INVALID, () -> new LocalStore(LocalStoreConfig.defaults(file)));
        assertThat(fault).hasMessageContaining(file.toString());
    }

    @Test
    void aPathThroughAFileIsRefused() {
        write("file", new byte[] {1});
        assertFault(FaultKind.INVALID, () -> local.create("file/below"));
        assertFault(FaultKind.INVALID, () -> local.open("file/below"));
        local.delete("file/below");
        assertThat(readAll("file")).containsExactly(1);
    }

    @Test
    void aDirectoryIsNotAFile() {
        write("dir/file", new byte[] {1});
        assertFault(FaultKind.INVALID, () -> local.open("dir"));
        assertFault(FaultKind.INVALID, () -> local.fence("dir"));
        assertFault(FaultKind.INVALID, () -> local.create("dir"));
        local.delete("dir");
        assertThat(readAll("dir/file")).containsExactly(1);
    }

    @Test
    void aFullDiskPoisonsTheFileAndSaysSo() {
        // /dev/full takes an open and refuses every byte.
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        LocalAppendFile file = openForAppend(full);
        WeirException fault =
                assertFault(FaultKind.UNAVAILABLE, () -> file.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        assertThat(fault)
                .hasMessageContaining("disk is full")
                .hasMessageContaining("/dev/full")
                .hasMessageContaining("weir.data.dir");
        assertThat(assertFault(FaultKind.UNAVAILABLE, file::flush)).hasMessageContaining("failed before");
        assertFault(FaultKind.UNAVAILABLE, file::seal);
        file.close();
    }

    @Test
    void whatAFailedFileHadFlushedStaysAndTheRestIsCutOff() throws Exception {
        AppendFile file = local.create("wal/1");
        file.append(List.of(text("flushed")));
        file.flush();
        file.append(List.of(text("lost")));
        WeirException fault = interrupted(file::flush);
        assertThat(fault).hasRootCauseInstanceOf(ClosedByInterruptException.class);
        assertFault(FaultKind.UNAVAILABLE, file::flush);
        assertFault(FaultKind.UNAVAILABLE, () -> file.append(List.of(ByteBuffer.wrap(new byte[] {1}))));
        assertThat(local.fence("wal/1")).isEqualTo(7);
        assertFault(FaultKind.FENCED, file::flush);
        assertThat(string(readAll("wal/1"))).isEqualTo("flushed");
        file.close();
    }

    @Test
    void closingAFailedFileCutsItToo() throws Exception {
        AppendFile file = local.create("wal/1");
        file.append(List.of(text("flushed")));
        file.flush();
        file.append(List.of(text("lost")));
        interrupted(file::flush);
        file.close();
        assertThat(string(readAll("wal/1"))).isEqualTo("flushed");
    }

    @Test
    void aJournalThatFailedIsNotUsedAgain() throws Exception {
        AppendFile good = local.createJournal("wal/1");
        AppendFile bad = local.createJournal("wal/2");
        good.close();
        interrupted(() -> bad.append(List.of(ByteBuffer.allocate(bad.blockBytes()))));
        bad.close();
        local.delete("wal/1");
        local.delete("wal/2");
        try (Stream<Path> spares = Files.list(directory.resolve("data").resolve(".spare"))) {
            assertThat(spares.count()).isEqualTo(good.blockBytes() == 1 ? 0 : 1);
        }
    }

    @Test
    void withoutDirectIoEverythingGoesThroughThePageCache() {
        try (LocalStore buffered = new LocalStore(new LocalStoreConfig(directory.resolve("buffered"), false));
                AppendFile journal = buffered.createJournal("wal/1")) {
            assertThat(journal.blockBytes()).isEqualTo(1);
            journal.append(List.of(text("flushed")));
            journal.flush();
            assertThat(buffered.list("wal/").getFirst().lengthBytes()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, DirectReads.LEAST_BYTES})
    void anInterruptedReaderDoesNotDisturbTheOthers(int size) throws Exception {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        write("file", content);
        try (ReadFile file = local.open("file")) {
            interrupted(() -> file.readFully(0, ByteBuffer.allocate(size)));
            ByteBuffer target = ByteBuffer.allocate(size);
            file.readFully(0, target);
            assertThat(target.array()).isEqualTo(content);
        }
    }

    @Test
    void longStretchesAreReadFromAnyPositionIntoAnyBuffer() {
        Random random = new Random(1);
        byte[] content = new byte[2_000_001];
        random.nextBytes(content);
        write("file", content);
        try (ReadFile file = local.open("file")) {
            for (int i = 0; i < 200; i++) {
                int from = i == 0 ? 0 : random.nextInt(content.length);
                int size = i < 2 ? content.length - from : random.nextInt(content.length - from + 1);
                ByteBuffer target = i % 2 == 0 ? ByteBuffer.allocate(size + 7) : ByteBuffer.allocateDirect(size + 7);
                file.readFully(from, target.position(3).limit(size + 3));
                assertThat(target.flip().position(3))
                        .as("%d bytes from %d", size, from)
                        .isEqualTo(ByteBuffer.wrap(content, from, size));
            }
            for (int beyond : new int[] {1, 100, 5_000_000}) {
                assertFault(
                        FaultKind.CORRUPT, () -> file.readFully(content.length - 1, ByteBuffer.allocate(1 + beyond)));
                assertFault(
                        FaultKind.CORRUPT, () -> file.readFully(content.length + beyond, ByteBuffer.allocate(100_000)));
            }
        }
    }

    @Test
    void alignedStretchesAreReadAsTheyAreAndNothingBehindThem() {
        Random random = new Random(1);
        byte[] content = new byte[1_000_001];
        random.nextBytes(content);
        write("file", content);
        try (ReadFile file = local.open("file")) {
            int unit = file.alignmentBytes();
            for (int i = 0; i < 100; i++) {
                int from = random.nextInt(content.length / 2 / unit) * unit;
                int size = i == 0
                        ? content.length - from
                        : DirectReads.LEAST_BYTES + random.nextInt(content.length - from - DirectReads.LEAST_BYTES);
                ByteBuffer memory = ByteBuffer.allocateDirect(size + 3 * unit + 100);
                int skip = (unit - memory.alignmentOffset(0, unit)) % unit + unit * random.nextInt(2);
                file.readFully(from, memory.limit(skip + size).position(skip));
                memory.clear();
                assertThat(memory.slice(skip, size))
                        .as("%d bytes from %d", size, from)
                        .isEqualTo(ByteBuffer.wrap(content, from, size));
                assertThat(memory.slice(0, skip)).isEqualTo(ByteBuffer.allocate(skip));
                int rest = memory.capacity() - skip - size;
                assertThat(memory.slice(skip + size, rest)).isEqualTo(ByteBuffer.allocate(rest));
            }
        }
    }

    @Test
    void aLongReadIsNotAffectedByWhatItsNameStandsForLater() {
        byte[] old = new byte[DirectReads.LEAST_BYTES];
        new Random(1).nextBytes(old);
        write("file", old);
        try (ReadFile file = local.open("file")) {
            local.delete("file");
            write("file", new byte[DirectReads.LEAST_BYTES]);
            ByteBuffer target = ByteBuffer.allocate(old.length);
            file.readFully(0, target);
            assertThat(target.array()).isEqualTo(old);
        }
    }

    private static LocalAppendFile openForAppend(Path file) {
        try {
            return new LocalAppendFile(
                    "full",
                    file,
                    FileChannel.open(file, StandardOpenOption.WRITE),
                    Appender.throughPageCache(),
                    ended -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WeirException interrupted(Runnable call) {
        Thread.currentThread().interrupt();
        try {
            return assertFault(FaultKind.UNAVAILABLE, call);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private String runOther() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenStore.class.getName(),
                        directory.resolve("data").toString())
                .redirectErrorStream(true)
                .start();
        String said = string(other.getInputStream().readAllBytes());
        other.waitFor();
        return said;
    }

    static List<String> descriptorsBelow(Path directory) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(LocalStoreTest::target)
                    .filter(target -> target.startsWith(directory.toString()))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Tries to open a store, in a process of its own. */
    static final class OpenStore {
        private OpenStore() {}

        public static void main(String[] arguments) {
            try (LocalStore store = new LocalStore(LocalStoreConfig.defaults(Path.of(arguments[0])))) {
                System.out.println("opened " + store.list(""));
            } catch (WeirException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
        }
    }
}
