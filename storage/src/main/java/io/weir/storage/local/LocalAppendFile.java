package io.weir.storage.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local file that is being appended to. One thread appends; any number flush, and those that wait while one
 * flushes share the next flush.
 *
 * <p>The first failure is the last thing that happens to the file: the kernel reports a failed write-back once and
 * then drops the pages, so that a later fsync succeeds without them. What a failed file had flushed stays; the rest
 * is cut off when the file is fenced or closed, so that nobody reads it from the page cache.
 */
final class LocalAppendFile implements AppendFile {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAppendFile.class);

    private enum State {
        OPEN,
        SEALED,
        CLOSED,
        FENCED,
        DELETED
    }

    private final String path;
    private final Path file;
    private final FileChannel channel;
    private final Appender appender;
    private final Consumer<LocalAppendFile> onEnd;
    // Shared by appends and flushes, exclusive for whatever ends the file: an end waits for those under way.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    // One force at a time: of two at once on one descriptor only one is told of an error that concerns both.
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile State state = State.OPEN;
    private volatile @Nullable WeirException failure;
    private volatile long appendedBytes;
    private volatile long flushedBytes;

    /**
     * @param onEnd told once, when nothing more will be written
     */
    LocalAppendFile(String path, Path file, FileChannel channel, Appender appender, Consumer<LocalAppendFile> onEnd) {
        this.path = path;
        this.file = file;
        this.channel = channel;
        this.appender = appender;
        this.onEnd = onEnd;
    }

    /** Whether a write or a flush failed. */
    boolean hasFailed() {
        return failure != null;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long lengthBytes() {
        return appendedBytes;
    }

    @Override
    public int blockBytes() {
        return appender.blockBytes();
    }

    @Override
    public void append(List<ByteBuffer> buffers) {
        use.readLock().lock();
        try {
            checkUsable();
            boolean done = false;
            try {
                long before = appendedBytes;
                boolean followsFlushed = flushedBytes == before;
                long now = before + appender.append(channel, before, buffers);
                appendedBytes = now;
                if (followsFlushed && appender.isThrough()) {
                    flushedBytes = now;
                }
                done = true;
            } catch (IOException e) {
                throw failed(LocalFaults.of("append to", file, e));
            } finally {
                if (!done && failure == null) {
                    failed(new WeirException(FaultKind.INTERNAL, "An append to " + file + " broke off"));
                }
            }
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void flush() {
        use.readLock().lock();
        try {
            checkUsable();
            force();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void seal() {
        use.writeLock().lock();
        try {
            if (state == State.SEALED) {
                return;
            }
            checkUsable();
            force();
            end(State.SEALED);
            onEnd.accept(this);
        } finally {
            use.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (state != State.OPEN) {
                return;
            }
            end(State.CLOSED);
            onEnd.accept(this);
            if (failure != null) {
                cutUnflushed();
            }
        } catch (IOException e) {
            LOG.warn("event=unflushed_bytes_left file={} flushed_bytes={} reason={}", file, flushedBytes, e.toString());
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Ends the writing for good, makes what is there durable and answers the final length. */
    long fence() {
        use.writeLock().lock();
        try {
            if (state == State.OPEN) {
                end(State.FENCED);
                LOG.info("event=file_fenced file={} appended_bytes={} failed={}", file, appendedBytes, failure != null);
            }
            if (failure != null) {
                cutUnflushed();
            }
            long length = finalLength(file);
            onEnd.accept(this); // only now: a fence that fails is tried again, and must know what was flushed
            return length;
        } catch (IOException e) {
            throw LocalFaults.of("fence", file, e);
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Ends the writing because the file is about to be removed. */
    void endBeforeDelete() {
        use.writeLock().lock();
        try {
            if (state == State.OPEN) {
                end(State.DELETED);
            }
            onEnd.accept(this);
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Makes a file that nobody writes any more durable and answers its length. */
    static long finalLength(Path file) throws IOException {
        try (FileChannel last = FileChannel.open(file, StandardOpenOption.WRITE)) {
            last.force(true);
            return last.size();
        }
    }

    private void force() {
        long wanted = appendedBytes;
        forcing.lock();
        try {
            WeirException earlier = failure;
            if (earlier != null) {
                throw afterFailure(earlier);
            }
            if (flushedBytes >= wanted) {
                return;
            }
            long covered = appendedBytes;
            appender.settle(channel);
            channel.force(false);
            flushedBytes = covered;
        } catch (IOException e) {
            throw failed(LocalFaults.of("flush", file, e));
        } finally {
            forcing.unlock();
        }
    }

    private void end(State last) {
        state = last;
        appender.end();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost by it: what had to be durable was forced before.
            LOG.warn("event=close_failed file={} reason={}", file, e.toString());
        }
    }

    private void cutUnflushed() throws IOException {
        if (Files.size(file) > flushedBytes) {
            try (FileChannel last = FileChannel.open(file, StandardOpenOption.WRITE)) {
                last.truncate(flushedBytes);
                last.force(true);
            }
        }
    }

    private WeirException failed(WeirException fault) {
        failure = fault;
        return fault;
    }

    private void checkUsable() {
        switch (state) {
            case OPEN -> {
                WeirException earlier = failure;
                if (earlier != null) {
                    throw afterFailure(earlier);
                }
            }
            case SEALED -> throw new WeirException(FaultKind.CLOSED, file + " is sealed: it takes no more");
            case CLOSED -> throw new WeirException(FaultKind.CLOSED, file + " was closed: it takes no more");
            case FENCED ->
                throw new WeirException(FaultKind.FENCED, file + " was fenced: another has taken the write right");
            case DELETED -> throw new WeirException(FaultKind.FENCED, file + " was deleted under its writer");
        }
    }

    private WeirException afterFailure(WeirException earlier) {
        return new WeirException(
                earlier.kind(), file + " failed before and takes no more: " + earlier.getMessage(), earlier);
    }
}
