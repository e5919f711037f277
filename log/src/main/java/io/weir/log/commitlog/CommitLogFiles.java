package io.weir.log.commitlog;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogFormat.FileHeader;
import io.weir.log.commitlog.CommitLogFormat.Seal;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one commit log: makes them one after the other, each with a header that says how much of the one before
 * counts, looks back whether another node has ended the log meanwhile, and removes what is needed no more.
 *
 * <p>Of the thread that commits, but for {@link #all}, {@link #sizeBytes} and {@link #deleteDisposable}, which are for any.
 */
final class CommitLogFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLogFiles.class);

    private final Store store;
    private final long fileBytes;
    private final String directory;
    private final int nodeId;
    private final long brokerEpoch;
    private final Uuid bootId;
    private final boolean shared;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<CommitLogFile> files = new ArrayDeque<>();
    private volatile long lastCreated = -1;

    // Of the committing thread alone.
    private @Nullable AppendFile out;
    private @Nullable CommitLogFile current;
    private long nextSequence;
    private @Nullable CommitLogFile emptyBefore;
    private long goodLength;
    private long previousSequence = -1;
    private long previousLengthBytes;
    private Seal seal = new Seal(CommitLogFormat.VERSION, 0);
    private ByteBuffer zeros = ByteBuffer.allocateDirect(0);

    /**
     * Makes no file yet.
     *
     * @param fileBytes from which length on the next file is begun
     * @param shared whether other nodes may take the log over
     * @param earlier files of this node's earlier lives that are still needed, oldest first
     */
    CommitLogFiles(
            Store store, long fileBytes, CommitLogId log, Uuid bootId, boolean shared, List<CommitLogFile> earlier) {
        this.store = store;
        this.fileBytes = fileBytes;
        this.directory = log.directory();
        this.nodeId = log.nodeId();
        this.brokerEpoch = log.brokerEpoch();
        this.bootId = bootId;
        this.shared = shared;
        this.files.addAll(earlier);
    }

    static String fileName(String directory, long sequence) {
        return directory + String.format(Locale.ROOT, "%020d", sequence);
    }

    // What is kept

    /** The paths of those that this log is known to have made: one that is being made may turn out to be another's. */
    Set<String> made() {
        long last = lastCreated;
        return all().stream()
                .filter(file -> file.sequence() <= last)
                .map(CommitLogFile::path)
                .collect(Collectors.toSet());
    }

    /** From the oldest that is still kept to the current one: a snapshot. */
    List<CommitLogFile> all() {
        lock.lock();
        try {
            return List.copyOf(files);
        } finally {
            lock.unlock();
        }
    }

    /** Of all that are kept. */
    long sizeBytes() {
        long sum = 0;
        for (CommitLogFile file : all()) {
            sum += file.lengthBytes();
        }
        return sum;
    }

    /** Removes files from the oldest on, as long as nothing in them is needed. Blocks on the store. */
    void deleteDisposable() {
        while (true) {
            CommitLogFile oldest;
            lock.lock();
            try {
                oldest = files.peekFirst();
                if (oldest == null || !oldest.disposable() || isLast(oldest)) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            // Deleted before it is forgotten: when the store is away the next run tries again.
            store.delete(oldest.path());
            LOG.debug("commit_log_file=deleted path={} bytes={}", oldest.path(), oldest.lengthBytes());
            forget(oldest);
        }
    }

    /** Other nodes know this log by its last file. */
    private boolean isLast(CommitLogFile file) {
        return shared && file.sequence() >= lastCreated;
    }

    private void forget(CommitLogFile file) {
        lock.lock();
        try {
            files.remove(file);
        } finally {
            lock.unlock();
        }
    }

    // The one that is written

    /**
     * The current file, or the next one when there is none or it is full.
     *
     * @throws WeirException FENCED when another node has ended this log; of other kinds when there is no file to be had
     *     just now
     */
    AppendFile writable() {
        if (out != null && goodLength >= fileBytes) {
            out.seal();
            leave();
        }
        AppendFile present = out;
        return present == null ? next() : present;
    }

    /** What the groups in the current file are tied to it with. */
    Seal seal() {
        return seal;
    }

    /** Adds zeros behind so many bytes in {@code buffers}, up to a whole block. */
    void pad(List<ByteBuffer> buffers, long bytes, int blockBytes) {
        int padding = (int) (CommitLogFormat.roundUp(bytes, blockBytes) - bytes);
        if (zeros.capacity() < padding) {
            zeros = ByteBuffer.allocateDirect(blockBytes);
        }
        if (padding > 0) {
            buffers.add(zeros.slice(0, padding));
        }
    }

    /** How much of the current file is durable. */
    long goodLength() {
        return goodLength;
    }

    /** So much of the current file is durable. */
    CommitLogFile good(long lengthBytes) {
        CommitLogFile file = Objects.requireNonNull(current);
        goodLength = lengthBytes;
        file.lengthBytes(lengthBytes);
        return file;
    }

    /** An append or a flush failed: nothing more goes into this file, and what was not durable in it does not count. */
    void abandon(WeirException cause) {
        AppendFile sick = out;
        if (sick == null) {
            return;
        }
        LOG.debug(
                "commit_log_file=abandoned path={} acknowledged_bytes={} reason={}",
                sick.path(),
                goodLength,
                cause.getMessage());
        try {
            sick.close();
        } catch (WeirException e) {
            LOG.debug("commit_log_file=close_failed reason={}", e.getMessage());
        }
        CommitLogFile abandoned = Objects.requireNonNull(current);
        boolean empty = goodLength == 0;
        leave();
        if (empty && shared) {
            emptyBefore = abandoned; // until there is another: the last file is what the others know this log by
        } else if (empty) {
            discard(abandoned);
        }
    }

    /** Ends the log so that the next start knows that nothing is missing behind the last group. */
    void end() {
        if (out != null) {
            out.seal();
            leave();
        }
        if (previousSequence >= 0 || shared) {
            CommitLogReader.writeTombstone(store, directory, header(nextSequence, true, 1));
        }
    }

    /** Lets go of the current file as it is. */
    void close() {
        if (out != null) {
            out.close();
        }
    }

    private void leave() {
        if (current != null) {
            if (goodLength > 0) {
                previousSequence = current.sequence();
                previousLengthBytes = goodLength;
            }
            current.close();
        }
        out = null;
        current = null;
    }

    /** Nothing in it counts, and on a disk that is full for hours there would be one of these for each attempt. */
    private void discard(CommitLogFile file) {
        try {
            store.delete(file.path());
            forget(file);
        } catch (WeirException e) {
            LOG.debug("commit_log_file=left path={} reason={}", file.path(), e.getMessage());
        }
    }

    // The next one

    private AppendFile next() {
        long sequence = nextSequence;
        CommitLogFile file = new CommitLogFile(fileName(directory, sequence), sequence);
        AppendFile made = create(file);
        out = made;
        current = file;
        goodLength = 0;
        if (shared || sequence > lastCreated + 1) {
            lookBack(sequence);
        }
        lastCreated = sequence;
        CommitLogFile empty = emptyBefore;
        emptyBefore = null;
        if (empty != null) {
            discard(empty);
        }
        ByteBuffer header = CommitLogFormat.fileHeader(header(sequence, false, made.blockBytes()));
        seal = Seal.of(header);
        List<ByteBuffer> first = new ArrayList<>(List.of(header));
        pad(first, header.remaining(), made.blockBytes());
        made.append(first);
        LOG.debug("commit_log_file=created path={}", file.path());
        return made;
    }

    private AppendFile create(CommitLogFile file) {
        lock.lock();
        try {
            files.add(file);
        } finally {
            lock.unlock();
        }
        AppendFile made;
        try {
            made = store.createJournal(file.path());
        } catch (WeirException e) {
            file.close();
            forget(file);
            if (e.kind() == FaultKind.INVALID) {
                throw takenOver(file.path() + " exists");
            }
            nextSequence++; // it may exist all the same, and would then be taken for another's
            throw e;
        }
        nextSequence++;
        return made;
    }

    /**
     * A creation that failed may have made its file all the same: those go with the others, in their order.
     *
     * <p>Who takes this log over puts its tombstone at the first free name, which may be one that was skipped here. It
     * then looks whether a file follows, and fences that: so one of the two sees the other. And if all is over and
     * cleared away, the file before this one is gone, which is never deleted while it is the last.
     */
    private void lookBack(long made) {
        boolean before = lastCreated < 0;
        List<CommitLogFile> skipped = new ArrayList<>();
        for (FileStatus file : store.list(directory)) {
            long sequence = Long.parseLong(file.path().substring(directory.length()));
            before |= sequence == lastCreated;
            if (sequence > lastCreated && sequence < made) {
                if (shared && CommitLogReader.isTombstone(store, file)) {
                    throw takenOver("it is ended by " + file.path());
                }
                CommitLogFile left = new CommitLogFile(file.path(), sequence);
                left.close();
                skipped.add(left);
            }
        }
        if (shared && !before) {
            throw takenOver(fileName(directory, lastCreated) + " is gone");
        }
        lock.lock();
        try {
            CommitLogFile last = files.removeLast();
            files.addAll(skipped);
            files.add(last);
        } finally {
            lock.unlock();
        }
    }

    private WeirException takenOver(String why) {
        return new WeirException(
                FaultKind.FENCED, "Another node has taken over the commit log " + directory + ": " + why);
    }

    private FileHeader header(long sequence, boolean tombstone, int blockBytes) {
        return new FileHeader(
                nodeId, brokerEpoch, sequence, previousSequence, previousLengthBytes, tombstone, bootId, blockBytes);
    }
}
