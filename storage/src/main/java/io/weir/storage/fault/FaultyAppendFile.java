package io.weir.storage.fault;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A writer that holds back what is not flushed, and that is done for after its first failure. */
final class FaultyAppendFile implements AppendFile {
    private enum State {
        OPEN,
        SEALED,
        CLOSED,
        FENCED,
        CRASHED
    }

    private final FaultyStore store;
    private final AppendFile file;
    private final Deque<ByteBuffer> unflushed = new ArrayDeque<>();
    private State state = State.OPEN;
    private @Nullable WeirException failure;
    private volatile long lengthBytes;

    FaultyAppendFile(FaultyStore store, AppendFile file) {
        this.store = store;
        this.file = file;
    }

    @Override
    public String path() {
        return file.path();
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int blockBytes() {
        return file.blockBytes();
    }

    @Override
    public void append(List<ByteBuffer> buffers) {
        checkUsable();
        attempt(Operation.APPEND, () -> hold(buffers));
    }

    @Override
    public void flush() {
        checkUsable();
        attempt(Operation.FLUSH, this::handOver);
    }

    @Override
    public void seal() {
        synchronized (this) {
            if (state == State.SEALED) {
                return;
            }
        }
        checkUsable();
        attempt(Operation.SEAL, () -> {
            synchronized (this) {
                handOver();
                file.seal();
                state = State.SEALED;
            }
        });
        store.forget(this);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (state == State.OPEN) {
                state = State.CLOSED;
                keepSome(unflushedBytes());
            }
        }
        store.forget(this);
        file.close();
    }

    /** Another takes the write right; of what was not flushed some may have got through. */
    void fence() {
        end(State.FENCED);
    }

    /** The process dies; of what was not flushed some may have got through. */
    void crash() {
        end(State.CRASHED);
        file.close();
    }

    private void end(State last) {
        double share = store.chance();
        synchronized (this) {
            if (state == State.OPEN) {
                state = last;
                keepSome((long) (share * (unflushedBytes() + 1)));
            }
        }
    }

    private void attempt(Operation operation, Runnable effect) {
        try {
            store.perform(operation, path(), () -> {
                synchronized (this) {
                    checkUsable(); // it may have been fenced while this operation stalled
                    effect.run();
                    return this;
                }
            });
        } catch (WeirException e) {
            synchronized (this) {
                if (state == State.OPEN && failure == null) {
                    failure = e;
                }
            }
            throw e;
        }
    }

    private void hold(List<ByteBuffer> buffers) {
        long length = lengthBytes;
        for (ByteBuffer buffer : buffers) {
            int wanted = buffer.remaining();
            int fits = (int) store.takeRoom(wanted);
            ByteBuffer copy = ByteBuffer.allocate(fits);
            copy.put(buffer.slice(buffer.position(), fits));
            buffer.position(buffer.position() + fits);
            unflushed.add(copy.flip());
            length += fits;
            lengthBytes = length;
            if (fits < wanted) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE, "Cannot append to " + path() + ": no space left in the store");
            }
        }
    }

    private void handOver() {
        file.append(List.copyOf(unflushed));
        unflushed.clear();
        file.flush();
    }

    private long unflushedBytes() {
        return unflushed.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    private void keepSome(long bytes) {
        long left = bytes - bytes % file.blockBytes();
        for (ByteBuffer piece : unflushed) {
            int kept = (int) Math.min(left, piece.remaining());
            piece.limit(piece.position() + kept);
            left -= kept;
        }
        try {
            handOver();
        } catch (WeirException e) {
            unflushed.clear(); // the store below is closed or broken: then none has got through
        }
    }

    private synchronized void checkUsable() {
        switch (state) {
            case OPEN -> {
                if (failure != null) {
                    throw new WeirException(
                            failure.kind(), path() + " failed before and takes no more: " + failure.getMessage());
                }
            }
            case SEALED -> throw new WeirException(FaultKind.CLOSED, path() + " is sealed: it takes no more");
            case CLOSED -> throw new WeirException(FaultKind.CLOSED, path() + " was closed: it takes no more");
            case FENCED ->
                throw new WeirException(FaultKind.FENCED, path() + " was fenced: another has taken the write right");
            case CRASHED -> throw new WeirException(FaultKind.CLOSED, path() + " was open when its process crashed");
        }
    }
}
