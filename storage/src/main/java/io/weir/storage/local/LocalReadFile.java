package io.weir.storage.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A local file open for reading. Any number of threads read at once, by position. */
final class LocalReadFile implements ReadFile {
    // Java closes a channel under everybody when one reader's thread is interrupted; the others open it again.
    private static final int MAX_REOPENINGS = 16;

    private final Path file;
    private final long lengthBytes;
    private final Consumer<LocalReadFile> onClose;
    private volatile FileChannel channel;
    private volatile boolean closed;

    LocalReadFile(Path file, FileChannel channel, long lengthBytes, Consumer<LocalReadFile> onClose) {
        this.file = file;
        this.channel = channel;
        this.lengthBytes = lengthBytes;
        this.onClose = onClose;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void readFully(long position, ByteBuffer target) {
        if (position < 0) {
            throw new WeirException(FaultKind.INVALID, "Cannot read " + file + " at position " + position);
        }
        long at = position;
        int reopenings = 0;
        while (target.hasRemaining()) {
            FileChannel current = channel;
            try {
                int read = current.read(target, at);
                if (read < 0) {
                    throw new WeirException(
                            FaultKind.CORRUPT,
                            file + " ends at " + at + ", but " + target.remaining()
                                    + " more bytes were expected there: it has been truncated.");
                }
                at += read;
            } catch (ClosedByInterruptException e) {
                throw LocalFaults.of("read", file, e);
            } catch (ClosedChannelException e) {
                if (closed || ++reopenings > MAX_REOPENINGS) {
                    throw LocalFaults.of("read", file, e);
                }
                reopen(current);
            } catch (IOException e) {
                throw LocalFaults.of("read", file, e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        onClose.accept(this);
        try {
            channel.close();
        } catch (IOException e) {
            throw LocalFaults.of("close", file, e);
        }
    }

    private synchronized void reopen(FileChannel broken) {
        if (closed || !channel.equals(broken)) {
            return;
        }
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw LocalFaults.of("reopen", file, e);
        }
    }
}
