package io.weir.log.commitlog;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCounted;
import io.weir.common.error.FaultKind;
import io.weir.common.error.Joined;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogFormat.FileHeader;
import io.weir.log.commitlog.CommitLogFormat.Seal;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over commit logs that ended: seals each, decides where it ends, and replays its entries in order, when a
 * node starts or another node takes over. Any thread; blocks.
 *
 * <p>Where a log ends: every file's header names the length that counts of the file before it, so only the very last
 * file can have a tail that was never acknowledged. A tombstone behind it removes even that doubt. Without one, bytes
 * that do not parse at the end of the last file are a torn write when the file is cut there, the machine has
 * rebooted since, or the file's blocks had an older file before; but never when a good group stands behind them.
 * Anything else is damage, and is named.
 */
public final class CommitLogReader {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLogReader.class);

    /** Each lost round costs the owner of a log that is to end a new file, which it makes once in many seconds. */
    private static final int SEAL_ATTEMPTS = 20;

    private final Store store;
    private final ByteBufAllocator allocator;
    private final Uuid bootId;
    private final Executor blocking;

    /** Told of every entry, in the order in which it was made durable. */
    public interface Visitor {
        /**
         * A batch.
         *
         * @param payload a view of {@code owner}'s bytes; who keeps it retains the owner and pins the file
         */
        void batch(
                Uuid topicId,
                int partition,
                int leaderEpoch,
                long baseOffset,
                int offsetCount,
                ByteBuffer payload,
                ReferenceCounted owner,
                CommitLogFile file);

        /** The partition's log starts at {@code offset}. */
        void logStart(Uuid topicId, int partition, long offset, CommitLogFile file);

        /** The packs of the log's life below {@code sequence} were complete. */
        void packs(long brokerEpoch, long sequence);

        /** An acknowledged batch of this partition is damaged; {@code what} names file and position. */
        void damaged(Uuid topicId, int partition, long baseOffset, String what);
    }

    /** On the caller's thread alone. */
    public CommitLogReader(Store store, ByteBufAllocator allocator, Uuid bootId) {
        this(store, allocator, bootId, Runnable::run);
    }

    /** With threads for what takes long of several files, each of which blocks. */
    public CommitLogReader(Store store, ByteBufAllocator allocator, Uuid bootId, Executor blocking) {
        this.store = store;
        this.allocator = allocator;
        this.bootId = bootId;
        this.blocking = blocking;
    }

    /** Replays every log of {@code nodeId}, oldest first, and returns its files in that order. */
    public List<CommitLogFile> replayNode(int nodeId, Visitor visitor) {
        TreeMap<Long, String> directories = new TreeMap<>();
        String prefix = "wal/" + nodeId + "-";
        for (FileStatus file : store.list(prefix)) {
            int slash = file.path().indexOf('/', prefix.length());
            directories.put(
                    number(file.path().substring(prefix.length(), slash), file.path()),
                    file.path().substring(0, slash + 1));
        }
        List<CommitLogFile> files = new ArrayList<>();
        for (String directory : directories.values()) {
            files.addAll(replayDirectory(directory, visitor));
        }
        return files;
    }

    /**
     * Takes the write right of another node's commit log, or of an earlier one of this node, and replays it. Several
     * may do so at the same time and any number of times: each sees the same entries. Blocks.
     *
     * @return its files in order; {@link CommitLogFile#disposable} tells nothing about what other nodes need of them
     */
    public List<CommitLogFile> replay(CommitLogId id, Visitor visitor) {
        seal(id);
        return replayDirectory(id.directory(), visitor);
    }

    /**
     * Whether another node, or the log itself at its end, has put a tombstone behind it. Blocks.
     *
     * @param made paths of files that the log is known to have made: they need not be looked into, which takes long on some
     *     stores while a file is being written
     */
    public boolean isSealed(CommitLogId id, Set<String> made) {
        List<FileStatus> all = sorted(id.directory());
        return !all.isEmpty() && !made.contains(all.getLast().path()) && isTombstone(store, all.getLast());
    }

    /**
     * Takes the write right: fences every file and puts a tombstone behind the last, until that is the last: whoever believes to own the log
     * meets either on its next write ({@link CommitLog} looks for tombstones where it had to skip a name).
     * Blocks; idempotent, and any number may do it at the same time.
     */
    public void seal(CommitLogId id) {
        String directory = id.directory();
        for (int attempt = 0; attempt < SEAL_ATTEMPTS; attempt++) {
            List<FileStatus> all = sorted(directory);
            if (all.isEmpty()) {
                return;
            }
            FileHeader last = null;
            FileHeader lastData = null;
            Map<String, Long> lengths = fence(all);
            for (FileStatus file : all) {
                long length = Objects.requireNonNull(lengths.get(file.path()));
                long sequence = sequence(directory, file.path());
                last = header(file.path(), length, id.brokerEpoch(), sequence)
                        .map(HeaderRead::header)
                        .orElse(null);
                lastData = last == null || last.tombstone() ? lastData : last;
            }
            if (last != null && last.tombstone()) {
                return;
            }
            try {
                writeTombstone(
                        store,
                        directory,
                        new FileHeader(
                                id.nodeId(),
                                id.brokerEpoch(),
                                sequence(directory, all.getLast().path()) + 1,
                                lastData == null ? -1 : lastData.sequence(),
                                CommitLogFormat.LENGTH_UNKNOWN,
                                true,
                                bootId,
                                1));
                // Nobody makes a file behind one that is there already, and all before it are fenced.
                LOG.info("commit_log=sealed directory={} files={}", directory, all.size());
                return;
            } catch (WeirException e) {
                // Its owner made the next file first, or another node seals it as well.
                if (e.kind() != FaultKind.INVALID && e.kind() != FaultKind.FENCED) {
                    throw e;
                }
            }
        }
        throw new WeirException(
                FaultKind.UNAVAILABLE,
                "The commit log " + directory + " could not be sealed: its owner was faster " + SEAL_ATTEMPTS
                        + " times");
    }

    /** Fences the files, all at the same time, and returns their lengths. */
    private Map<String, Long> fence(List<FileStatus> files) {
        Map<String, CompletableFuture<Long>> fencing = new HashMap<>();
        files.forEach(file ->
                fencing.put(file.path(), CompletableFuture.supplyAsync(() -> store.fence(file.path()), blocking)));
        Map<String, Long> lengths = new HashMap<>();
        fencing.forEach((path, length) -> lengths.put(path, Joined.of(length)));
        return lengths;
    }

    /** How much of one file counts; {@code exact} when that is known and not found by looking. */
    private record Extent(
            CommitLogFile file, long lengthBytes, boolean exact, HeaderRead header, boolean endedByTombstone) {}

    /** A file's header with what ties groups to it. */
    record HeaderRead(FileHeader header, Seal seal) {}

    private List<CommitLogFile> replayDirectory(String directory, Visitor visitor) {
        List<Extent> extents = extents(directory);
        boolean sealed = !extents.isEmpty() && extents.getLast().endedByTombstone;
        List<CommitLogFile> files = new ArrayList<>();
        for (Extent extent : extents) {
            extent.file.close();
            if (extent.lengthBytes > 0) {
                long end = new CommitLogScan(
                                store,
                                allocator,
                                blocking,
                                extent.file,
                                extent.lengthBytes,
                                extent.exact,
                                rebooted(extent),
                                extent.header,
                                epoch(directory),
                                visitor)
                        .run();
                extent.file.lengthBytes(end);
                if (!extent.exact && !sealed) {
                    FileHeader last = extent.header.header;
                    writeTombstone(
                            store,
                            directory,
                            new FileHeader(
                                    last.nodeId(),
                                    last.brokerEpoch(),
                                    sequence(
                                                    directory,
                                                    sorted(directory).getLast().path())
                                            + 1,
                                    last.sequence(),
                                    end,
                                    true,
                                    bootId,
                                    1));
                }
            }
            files.add(extent.file);
        }
        files.addAll(tombstones(directory, files));
        // Deleted in this order, so that a file that is missing means that all before it are.
        files.sort(Comparator.comparingLong(CommitLogFile::sequence));
        return files;
    }

    private boolean rebooted(Extent extent) {
        return bootId.equals(Uuid.ZERO_UUID) || !extent.header.header.bootId().equals(bootId);
    }

    /** Tombstones, seen or just made: files like any other when it comes to deleting. */
    private List<CommitLogFile> tombstones(String directory, List<CommitLogFile> known) {
        List<CommitLogFile> more = new ArrayList<>();
        for (FileStatus status : sorted(directory)) {
            long sequence = sequence(directory, status.path());
            if (known.stream().noneMatch(file -> file.sequence() == sequence)) {
                CommitLogFile file = new CommitLogFile(status.path(), sequence);
                file.close();
                more.add(file);
            }
        }
        return more;
    }

    private List<FileStatus> sorted(String directory) {
        List<FileStatus> all = new ArrayList<>(store.list(directory));
        all.sort(Comparator.comparingLong(status -> sequence(directory, status.path())));
        return all;
    }

    /** The files that hold entries, in order, each with the length that counts. */
    private List<Extent> extents(String directory) {
        List<FileStatus> all = sorted(directory);
        TreeMap<Long, HeaderRead> headers = new TreeMap<>();
        TreeMap<Long, Long> lengths = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            String path = all.get(i).path();
            long length = store.fence(path);
            long sequence = sequence(directory, path);
            lengths.put(sequence, length);
            header(path, length, epoch(directory), sequence).ifPresent(header -> headers.put(sequence, header));
        }
        List<Extent> extents = new ArrayList<>();
        if (headers.isEmpty()) {
            return extents;
        }
        HeaderRead last = headers.lastEntry().getValue();
        FileHeader at = last.header;
        if (!at.tombstone()) {
            extents.add(new Extent(file(directory, at.sequence()), length(lengths, at.sequence()), false, last, false));
        }
        while (at.previousSequence() >= 0 && lengths.containsKey(at.previousSequence())) {
            long sequence = at.previousSequence();
            String path = CommitLogFiles.fileName(directory, sequence);
            HeaderRead previous = headers.get(sequence);
            if (previous == null || length(lengths, sequence) < at.previousLengthBytes()) {
                throw corrupt(
                        path,
                        length(lengths, sequence),
                        "it is cut off: " + at.previousLengthBytes() + " bytes were acknowledged");
            }
            // Who seals a log from outside leaves it to the reader to find the end.
            boolean exact = at.previousLengthBytes() != CommitLogFormat.LENGTH_UNKNOWN;
            extents.add(new Extent(
                    file(directory, sequence),
                    exact ? at.previousLengthBytes() : length(lengths, sequence),
                    exact,
                    previous,
                    at.tombstone()));
            at = previous.header;
        }
        // Files go from the oldest on, so when one that is named is gone, everything before it is gone too.
        long missing = at.previousSequence();
        if (missing >= 0 && lengths.firstKey() < missing) {
            throw corrupt(
                    CommitLogFiles.fileName(directory, missing), 0, "the file is missing though older ones are there");
        }
        return extents.reversed();
    }

    private static long length(Map<Long, Long> lengths, long sequence) {
        return Objects.requireNonNull(lengths.get(sequence));
    }

    /** The file's header; none when the file was made but never got as far as a group. */
    private Optional<HeaderRead> header(String path, long length, long epoch, long sequence) {
        if (length < CommitLogFormat.FILE_HEADER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(CommitLogFormat.FILE_HEADER_BYTES);
        try (ReadFile in = store.open(path)) {
            in.readFully(0, bytes);
        }
        FileHeader header = CommitLogFormat.readFileHeader(bytes.flip());
        if (header == null) {
            if (length > CommitLogFormat.FILE_HEADER_BYTES) {
                throw corrupt(path, 0, "its header does not have the checksum that it names");
            }
            return Optional.empty();
        }
        if (!header.isOf(epoch, sequence)) {
            if (header.blockBytes() == 1) {
                throw corrupt(path, 0, "its header says that it is file " + header.sequence());
            }
            return Optional.empty(); // blocks of an older file that the new one's header had not reached yet
        }
        return Optional.of(new HeaderRead(header, Seal.of(bytes.position(0))));
    }

    private static CommitLogFile file(String directory, long sequence) {
        return new CommitLogFile(CommitLogFiles.fileName(directory, sequence), sequence);
    }

    /** Ends a log for good: whoever still believes to own it finds the name taken. */
    static void writeTombstone(Store store, String directory, FileHeader header) {
        try (AppendFile file = store.create(CommitLogFiles.fileName(directory, header.sequence()))) {
            file.append(List.of(CommitLogFormat.fileHeader(header)));
            file.seal();
        }
        LOG.debug("commit_log=ended_by_tombstone directory={} sequence={}", directory, header.sequence());
    }

    /** Whether the file says that a log ends here. One that cannot be read yet does not say so. */
    static boolean isTombstone(Store store, FileStatus file) {
        ByteBuffer bytes = ByteBuffer.allocate(CommitLogFormat.FILE_HEADER_BYTES);
        try (ReadFile in = store.open(file.path())) {
            if (in.lengthBytes() < bytes.capacity()) {
                return false;
            }
            in.readFully(0, bytes);
        } catch (WeirException e) {
            if (e.kind() == FaultKind.INVALID) {
                return false;
            }
            throw e;
        }
        FileHeader header = CommitLogFormat.readFileHeader(bytes.flip());
        return header != null && header.tombstone();
    }

    private static long epoch(String directory) {
        return number(directory.substring(directory.lastIndexOf('-') + 1, directory.length() - 1), directory);
    }

    private static long sequence(String directory, String path) {
        return number(path.substring(directory.length()), path);
    }

    private static long number(String digits, String path) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new WeirException(
                    FaultKind.CORRUPT,
                    path + " is not a commit log file's name: remove what is not Weir's from wal/",
                    e);
        }
    }

    static WeirException corrupt(String path, long position, String what) {
        return new WeirException(
                FaultKind.CORRUPT,
                "Commit log file " + path + " is damaged at byte " + position + ": " + what
                        + ". Restore it from a copy; Weir does not serve what it cannot prove");
    }
}
