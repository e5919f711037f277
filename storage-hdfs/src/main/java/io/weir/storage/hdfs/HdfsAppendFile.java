package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written. Appended bytes go to the client's packets; a flush waits until the pipeline has
 * acknowledged them. Flushes that meet are one: who comes while one is under way waits for it, and the next one is
 * for all that came meanwhile. Any failure ends the file, also a stall.
 *
 * <p>A writer in this process hears of a fence or a deletion at once; one in another process with its next flush,
 * as appending alone does not reach a server.
 */
final class HdfsAppendFile implements AppendFile {
    private static final int CHUNK_BYTES = 64 << 10;

    private final String path;
    private final FSDataOutputStream out;
    private final boolean journal;
    private final WriterTools tools;
    private final short replication;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flushed = lock.newCondition();

    // Under the lock.
    private long flushedBytes;
    private boolean flushing;
    private boolean sealed;
    private boolean closed;
    private @Nullable WeirException fault;

    private volatile long lengthBytes;

    // Of the appender alone.
    private byte @Nullable [] chunk;
    /** The DataNodes of the first flush. */
    private volatile DatanodeInfo @Nullable [] pipeline;

    /**
     * @param journal somebody waits for each flush
     * @param replication the copies that it is made with
     */
    HdfsAppendFile(String path, FSDataOutputStream out, boolean journal, short replication, WriterTools tools) {
        this.path = path;
        this.out = out;
        this.journal = journal;
        this.replication = replication;
        this.tools = tools;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void append(List<ByteBuffer> buffers) {
        checkUsable();
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
        }
        guarded(
                "append to",
                bytes,
                () -> {
                    for (ByteBuffer buffer : buffers) {
                        write(buffer);
                    }
                },
                () -> false);
        checkUsable();
        long before = lengthBytes;
        lengthBytes = before + bytes;
    }

    private void write(ByteBuffer buffer) throws IOException {
        if (buffer.hasArray()) {
            out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            buffer.position(buffer.limit());
            return;
        }
        if (chunk == null) {
            chunk = new byte[CHUNK_BYTES];
        }
        while (buffer.hasRemaining()) {
            int size = Math.min(chunk.length, buffer.remaining());
            buffer.get(chunk, 0, size);
            out.write(chunk, 0, size);
        }
    }

    @Override
    public void flush() {
        long wanted = lengthBytes;
        long upTo;
        lock.lock();
        try {
            while (true) {
                throwIfUnusable();
                if (flushedBytes >= wanted) {
                    return;
                }
                if (!flushing) {
                    break;
                }
                flushed.awaitUninterruptibly();
            }
            flushing = true;
            upTo = lengthBytes;
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            guarded("flush", upTo - flushedBytes, tools.config().hsync() ? out::hsync : out::hflush, () -> false);
            done = true;
        } finally {
            lock.lock();
            try {
                flushing = false;
                // A stream that is closed under a flush lets it return as if all were well.
                if (done && !closed && fault == null) {
                    flushedBytes = upTo;
                }
                flushed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        checkUsable();
        if (pipeline == null) {
            pipeline = tools.notePipeline(out);
        }
    }

    @Override
    public void seal() {
        lock.lock();
        try {
            if (sealed) {
                return;
            }
            while (flushing) {
                flushed.awaitUninterruptibly();
            }
            throwIfUnusable();
            flushing = true; // nobody else flushes from now on
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            guarded("seal", lengthBytes - flushedBytes, out::close, () -> tools.isComplete(path, lengthBytes));
            done = true;
        } finally {
            lock.lock();
            try {
                flushing = false;
                sealed = done && fault == null;
                flushed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        if (!sealed) {
            checkUsable();
        }
        tools.written(path, this, replication);
    }

    @Override
    public void close() {
        boolean failed;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            flushed.signalAll();
            if (sealed) {
                return;
            }
            failed = fault != null;
        } finally {
            lock.unlock();
        }
        tools.abandoned(path, this, out, failed, replication);
    }

    /** From now on nothing succeeds here: the write right is another's, or the file is gone. */
    void fence(String reason) {
        lock.lock();
        try {
            if (!sealed && (fault == null || fault.kind() != FaultKind.FENCED)) {
                fault = new WeirException(FaultKind.FENCED, "Cannot write " + path + ": " + reason);
            }
            flushed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void checkUsable() {
        lock.lock();
        try {
            throwIfUnusable();
        } finally {
            lock.unlock();
        }
    }

    private void throwIfUnusable() {
        if (closed || sealed) {
            throw new WeirException(FaultKind.CLOSED, "Cannot write " + path + ": it is closed");
        }
        if (fault != null) {
            throw fault.kind() == FaultKind.FENCED
                    ? new WeirException(FaultKind.FENCED, String.valueOf(fault.getMessage()), fault)
                    : new WeirException(
                            fault.kind(), "Cannot write " + path + ": it failed before: " + fault.getMessage(), fault);
        }
    }

    /** Anything that may reach a server. */
    private interface Io {
        void run() throws IOException;
    }

    /** @param done whether it has happened, though the answer was a failure or none */
    private void guarded(String action, long bytes, Io io, BooleanSupplier done) {
        Duration more = Duration.ofMillis(bytes * 1000 / HdfsStoreConfig.STALL_BYTES_PER_SECOND);
        HdfsStoreConfig config = tools.config();
        StallWatch.Call call = tools.watch()
                .begin(
                        config.suspectAfter().plus(more),
                        config.stallTimeout()
                                .multipliedBy(journal ? 1 : HdfsStoreConfig.PATIENCE)
                                .plus(more),
                        () -> tools.hasSickNode(path, pipeline));
        IOException failure = null;
        boolean stalled;
        try {
            io.run();
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException(String.valueOf(e), e);
        } finally {
            stalled = call.end();
        }
        if ((!stalled && failure == null) || done.getAsBoolean()) {
            return;
        }
        throw failed(
                stalled || failure == null
                        ? tools.stalled(action, path, failure)
                        : tools.failed(action, path, failure));
    }

    private WeirException failed(WeirException cause) {
        lock.lock();
        try {
            if (fault == null) {
                fault = cause;
            }
            return fault;
        } finally {
            lock.unlock();
        }
    }
}
