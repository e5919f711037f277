package io.weir.log.commitlog;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries durable, all that wait together. One thread of its own takes the queue, writes the group with one
 * gathering write, flushes once and tells each entry's target, in the order of {@link #submit}.
 *
 * <p>When an append or a flush fails, nothing is retried in that file: {@link CommitLogFiles} makes a new one, whose header
 * says how much of the sick one counts, and the group is written again there (DESIGN 4.7). Until a file can be made the entries
 * stay queued; after {@link CommitLogConfig#failAfter} their targets hear that it takes long, from this log's thread or,
 * as that may hang in the store, from whoever calls {@link #tellDelayed}. A FENCED fault ends the log for good.
 *
 * <p>The queue is bounded by the tail cache, in which every entry has reserved its bytes before it comes here.
 */
public final class CommitLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);

    /** After so long without entries an empty group follows, so that a reader knows the last one to be whole. */
    private static final long IDLE_PROOF_NANOS = 100_000_000;

    private final CommitLogConfig config;
    private final CommitLogMetrics metrics;
    private final Time time;
    private final String directory;
    private final CommitLogFiles files;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition closed = lock.newCondition();
    private final ArrayDeque<LogEntry> queue = new ArrayDeque<>();
    /** What the commit thread is about: taken from the queue, not durable yet. */
    private final List<LogEntry> group = new ArrayList<>();

    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private boolean closing;
    private @Nullable RuntimeException ended;
    /** When something was last made durable or, if nothing waited then, when something came. */
    private long movedNanos;

    private volatile @Nullable String failure;

    // Of the commit thread alone.
    private long groupNumber;
    private boolean proven = true;
    private ByteBuffer headers = ByteBuffer.allocateDirect(64 << 10);

    /**
     * A log in a directory of its own; nothing is written before {@link #begin} or the first entry.
     *
     * @param shared whether other nodes may take it over
     * @param earlier files of this node's earlier lives that are still needed, oldest first
     */
    public CommitLog(
            Store store,
            CommitLogConfig config,
            CommitLogMetrics metrics,
            Time time,
            int nodeId,
            long brokerEpoch,
            Uuid bootId,
            boolean shared,
            List<CommitLogFile> earlier) {
        this.config = config;
        this.metrics = metrics;
        this.time = time;
        CommitLogId id = new CommitLogId(nodeId, brokerEpoch);
        this.directory = id.directory();
        this.files = new CommitLogFiles(store, config.fileBytes(), id, bootId, shared, earlier);
        this.thread = Thread.ofPlatform().name("weir-commit").unstarted(this::run);
    }

    /** The epoch in a file's path. */
    public static long brokerEpoch(String path) {
        return Long.parseLong(path.substring(path.indexOf('-') + 1, path.lastIndexOf('/')));
    }

    /**
     * Makes the first file, by which other nodes know that there is a log to be taken over. Before {@link #start},
     * blocks.
     */
    public void begin() {
        files.writable();
    }

    /** Starts the commit thread. */
    public void start() {
        thread.start();
    }

    /**
     * Queues an entry; its target is told when it is durable. Called under the target's monitor, so that the order
     * here is the order of offsets.
     *
     * @throws WeirException FENCED or CLOSED when this log has ended
     */
    public void submit(LogEntry entry) {
        lock.lock();
        try {
            if (ended != null) {
                throw ended;
            }
            if (closing) {
                throw new WeirException(FaultKind.CLOSED, "The commit log " + directory + " is closed");
            }
            queue.add(entry);
            if (queue.size() == 1) {
                if (group.isEmpty()) {
                    movedNanos = time.nanoseconds();
                }
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long entries have been waiting without any being made durable; zero when none waits. */
    public Duration waited(long nowNanos) {
        lock.lock();
        try {
            return group.isEmpty() && queue.isEmpty()
                    ? Duration.ZERO
                    : Duration.ofNanos(Math.max(0, nowNanos - movedNanos));
        } finally {
            lock.unlock();
        }
    }

    /** Why the last attempt to make something durable failed; empty when it did not. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Tells the targets of all that wait that it takes long. The entries stay. Any thread. */
    public void tellDelayed() {
        String reason = failure;
        tellDelayed(new WeirException(
                FaultKind.UNAVAILABLE, reason == null ? "The disk does not answer " + directory : reason));
    }

    /** Done when the log has ended though nobody closed it, with the reason. */
    public CompletionStage<Throwable> ended() {
        return end.minimalCompletionStage();
    }

    /** Files from the oldest that is still kept to the current one: a snapshot. */
    public List<CommitLogFile> files() {
        return files.all();
    }

    /** Paths of files that are this log's and no other's tombstones. */
    public Set<String> made() {
        return files.made();
    }

    /** Bytes in all files that are kept. */
    public long sizeBytes() {
        return files.sizeBytes();
    }

    /** Removes files from the oldest on, as long as nothing in them is needed. Blocks on the store. */
    public void deleteDisposable() {
        files.deleteDisposable();
    }

    /** Commits what is queued, closes the file with a tombstone behind it, ends the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            arrived.signal();
            closed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(30))) {
                LOG.warn("commit_log=stuck_at_close directory={}", directory);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Commits what is queued, on the caller's thread: for simulations, which never {@link #start} the log's own. */
    public void commitQueued() {
        while (poll()) {
            commit();
        }
    }

    private void run() {
        try {
            while (take()) {
                commit();
            }
            files.end();
        } catch (RuntimeException | Error e) {
            // Also an Error, such as no memory for a buffer: a log that nobody writes must not look alive.
            end(e);
        } finally {
            files.close();
        }
    }

    /** Waits for entries; false when the log is closed and empty. An empty group when it is time to prove the last. */
    private boolean take() {
        lock.lock();
        try {
            long nanos = IDLE_PROOF_NANOS;
            while (queue.isEmpty()) {
                if (closing) {
                    return false;
                }
                if (proven) {
                    arrived.awaitUninterruptibly();
                } else if (nanos > 0) {
                    nanos = arrived.awaitNanos(nanos);
                } else {
                    return true;
                }
            }
            return poll();
        } catch (InterruptedException e) {
            throw new WeirException(FaultKind.CLOSED, "The commit log " + directory + " was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is queued, as much as one group holds; false when there is nothing. */
    private boolean poll() {
        lock.lock();
        try {
            long bytes = 0;
            while (!queue.isEmpty() && group.size() < CommitLogFormat.MAX_ENTRIES) {
                bytes += queue.element().sizeBytes();
                if (bytes > config.groupBytes() && !group.isEmpty()) {
                    break;
                }
                group.add(queue.remove());
            }
            return !group.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void commit() {
        long firstTryMs = -1;
        boolean again = false;
        CommitLogFile committed;
        while (true) {
            try {
                AppendFile file = files.writable();
                long start = time.nanoseconds();
                write(file);
                long written = time.nanoseconds();
                file.flush();
                metrics.committed(
                        group.size(),
                        file.lengthBytes() - files.goodLength(),
                        written - start,
                        time.nanoseconds() - written);
                committed = files.good(file.lengthBytes());
                break;
            } catch (WeirException e) {
                if (e.kind() == FaultKind.FENCED || e.kind() == FaultKind.CLOSED) {
                    throw e;
                }
                metrics.failed();
                say(e);
                files.abandon(e);
                long now = time.milliseconds();
                firstTryMs = firstTryMs < 0 ? now : firstTryMs;
                if (now - firstTryMs >= config.failAfter().toMillis()) {
                    tellDelayed(e);
                }
                // The first retry is at once: the next file is elsewhere, and may well be well.
                if (again) {
                    backOff(e);
                }
                again = true;
            }
        }
        if (failure != null) {
            failure = null;
            LOG.info("commit_log=well again file={}", committed.path());
        }
        tell(committed);
        done();
    }

    private void done() {
        long now = time.nanoseconds();
        lock.lock();
        try {
            group.clear();
            movedNanos = now;
        } finally {
            lock.unlock();
        }
    }

    /** The first of a row of failures; the store's watch goes on reminding of them. */
    private void say(WeirException cause) {
        if (failure == null) {
            LOG.warn(
                    "commit_log=failing retry_in_ms={} reason={}",
                    config.retryBackoff().toMillis(),
                    cause.getMessage());
        }
        failure = String.valueOf(cause.getMessage());
    }

    private void write(AppendFile file) {
        int overhead = CommitLogFormat.groupOverhead(group.size());
        if (headers.capacity() < overhead) {
            headers = ByteBuffer.allocateDirect(Integer.highestOneBit(overhead) << 1);
        }
        headers.clear();
        CommitLogFormat.writeGroup(headers, files.seal(), groupNumber, group);
        List<ByteBuffer> buffers = new ArrayList<>(group.size() + 2);
        buffers.add(headers.flip());
        long bytes = headers.remaining();
        for (LogEntry entry : group) {
            if (entry.sizeBytes() > 0) {
                buffers.add(entry.payload().duplicate());
                bytes += entry.sizeBytes();
            }
        }
        files.pad(buffers, bytes, file.blockBytes());
        file.append(buffers);
        groupNumber++;
        // Where old bytes may stand behind the last group, only a later group shows that it was no torn write.
        proven = group.isEmpty() || file.blockBytes() == 1;
    }

    private void tell(CommitLogFile file) {
        for (LogEntry entry : group) {
            file.pin();
            entry.committedIn(file);
        }
        for (LogEntry entry : group) {
            entry.target().committed(entry);
        }
        for (LogEntry entry : group) {
            entry.target().settled();
        }
    }

    private void tellDelayed(WeirException cause) {
        List<LogEntry> waiting = new ArrayList<>();
        lock.lock();
        try {
            waiting.addAll(group);
            waiting.addAll(queue);
        } finally {
            lock.unlock();
        }
        for (LogEntry entry : waiting) {
            entry.target().delayed(entry, cause);
        }
    }

    private void backOff(WeirException cause) {
        lock.lock();
        try {
            long nanos = config.retryBackoff().toNanos();
            while (nanos > 0 && !closing) {
                nanos = closed.awaitNanos(nanos);
            }
            if (closing) {
                // A store that is sick at shutdown: what could not be made durable was never acknowledged.
                throw cause;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "The commit log " + directory + " was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private void end(Throwable cause) {
        WeirException fault = cause instanceof WeirException known
                ? known
                : new WeirException(FaultKind.INTERNAL, "The commit log " + directory + " stopped: " + cause, cause);
        LOG.error("commit_log=ended directory={} kind={}", directory, fault.kind(), cause);
        List<LogEntry> lost = new ArrayList<>();
        boolean asked;
        lock.lock();
        try {
            ended = fault;
            asked = closing;
            lost.addAll(group);
            lost.addAll(queue);
            group.clear();
            queue.clear();
        } finally {
            lock.unlock();
        }
        for (LogEntry entry : lost) {
            entry.target().abandoned(entry, fault);
        }
        if (!asked) {
            end.complete(fault);
        }
    }
}
