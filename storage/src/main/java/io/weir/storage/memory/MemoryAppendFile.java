package io.weir.storage.memory;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.utils.Time;

/** A memory file's writer; its monitor makes a call and the end of the writing exclude each other. */
final class MemoryAppendFile implements AppendFile {
    private enum State {
        OPEN,
        SEALED,
        CLOSED,
        FENCED,
        CRASHED
    }

    private final String path;
    private final MemoryFile file;
    private final Time time;
    private final int blockBytes;
    private State state = State.OPEN;

    MemoryAppendFile(String path, MemoryFile file, int blockBytes, Time time) {
        this.blockBytes = blockBytes;
        this.path = path;
        this.file = file;
        this.time = time;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long lengthBytes() {
        return file.lengthBytes();
    }

    @Override
    public int blockBytes() {
        return blockBytes;
    }

    @Override
    public synchronized void append(List<ByteBuffer> buffers) {
        checkOpen();
        file.append(buffers, time.milliseconds());
    }

    @Override
    public synchronized void flush() {
        checkOpen();
        file.flush();
    }

    @Override
    public synchronized void seal() {
        if (state == State.SEALED) {
            return;
        }
        checkOpen();
        file.flush();
        end(State.SEALED);
    }

    @Override
    public synchronized void close() {
        end(State.CLOSED);
    }

    synchronized void fence() {
        end(State.FENCED);
    }

    synchronized void crash() {
        end(State.CRASHED);
    }

    private void end(State last) {
        if (state == State.OPEN) {
            state = last;
            file.writer(null);
        }
    }

    private void checkOpen() {
        switch (state) {
            case OPEN -> {}
            case SEALED -> throw new WeirException(FaultKind.CLOSED, path + " is sealed: it takes no more");
            case CLOSED -> throw new WeirException(FaultKind.CLOSED, path + " was closed: it takes no more");
            case FENCED ->
                throw new WeirException(FaultKind.FENCED, path + " was fenced: another has taken the write right");
            case CRASHED -> throw new WeirException(FaultKind.CLOSED, path + " was open when its process crashed");
        }
    }
}
