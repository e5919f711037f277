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
import org.jspecify.annotations.Nullable;

/**
 * A local file open for reading: long stretches past the page cache where that works, short ones through it. Any
 * number of threads read at once, by position.
 */
final class LocalReadFile implements ReadFile {
    // Java closes a channel under everybody when one reader's thread is interrupted; the others open it again.
    private static final int MAX_REOPENINGS = 16;

    private final Path file;
    private final long lengthBytes;
    private final DirectReads direct;
    private final Consumer<LocalReadFile> onClose;
    private volatile FileChannel channel;
    private volatile @Nullable FileChannel directChannel;
    private volatile boolean closed;

    private LocalReadFile(
            Path file,
            DirectReads direct,
            FileChannel channel,
            @Nullable FileChannel directChannel,
            long lengthBytes,
            Consumer<LocalReadFile> onClose) {
        this.file = file;
        this.direct = direct;
        this.channel = channel;
        this.directChannel = directChannel;
        this.lengthBytes = lengthBytes;
        this.onClose = onClose;
    }

    /** The caller sees to it that the name does not change hands meanwhile. */
    static LocalReadFile open(Path file, DirectReads direct, Consumer<LocalReadFile> onClose) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long length = channel.size();
            return new LocalReadFile(file, direct, channel, direct.open(file, length), length, onClose);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
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
        boolean large = target.remaining() >= DirectReads.LEAST_BYTES;
        while (target.hasRemaining()) {
            FileChannel past = large ? directChannel : null;
            FileChannel current = past == null ? channel : past;
            try {
                int read = past == null ? current.read(target, at) : direct.read(past, target, at);
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

    /** Whether it is this file's. */
    boolean reads(Path other) {
        return file.equals(other);
    }

    @Override
    public int alignmentBytes() {
        return directChannel == null ? 1 : direct.blockBytes();
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
        try (FileChannel past = directChannel) {
            channel.close();
        } catch (IOException e) {
            throw LocalFaults.of("close", file, e);
        }
    }

    private synchronized void reopen(FileChannel broken) {
        if (closed) {
            return;
        }
        try {
            if (broken.equals(channel)) {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            } else if (broken.equals(directChannel)) {
                directChannel = direct.open(file, lengthBytes);
            }
        } catch (IOException e) {
            throw LocalFaults.of("reopen", file, e);
        }
    }
}
