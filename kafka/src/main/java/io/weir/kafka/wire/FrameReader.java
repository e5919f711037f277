package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.kafka.wire.RequestBudget.Reservation;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's bytes into frames: a length of four bytes, then so many bytes. On the connection's event loop.
 *
 * <p>Each frame gets a pooled direct buffer of exactly its size, and the socket is read straight into it. Only what
 * arrives together with the length, or with the frame before, comes through the network thread's receive buffer and is
 * copied from there: at most 64 KiB a read for small frames, at most 2 KiB when the last frame was large. Slices of
 * the receive buffer would spare that copy and cost more: the log keeps produced frames for minutes and a waiting
 * fetch keeps its own for its whole wait, and each would hold 64 KiB to keep a few hundred bytes.
 *
 * <p>A length is not believed on its word: the buffer begins with at most {@value #FIRST_STEP_BYTES} bytes and grows
 * eightfold, by a copy, as the bytes really arrive; each step is asked of the {@link RequestBudget} first.
 */
final class FrameReader {
    /** Frames up to this size are counted by the budget but never wait for it. */
    static final int SMALL_BYTES = 16 * 1024;
    /** Largest first buffer of a frame: as large as the largest request of a producer with default settings. */
    static final int FIRST_STEP_BYTES = 1024 * 1024 + 64 * 1024;
    /** From this size on the next read takes little more than a length, so that little is copied. */
    static final int LARGE_BYTES = 32 * 1024;

    private static final int GROWTH = 8;
    private static final int NO_LENGTH = -1;

    /** Takes the frames. */
    interface Sink {
        /** Whether {@link #frame} may be called now. */
        boolean ready();

        /** A whole frame; the sink releases both. */
        void frame(ByteBuf frame, Reservation reservation);

        /** A length that no frame may have; the sink closes the connection. */
        void invalidLength(int length);

        /** There may be room in the budget again; the sink calls {@link FrameReader#resume}. */
        void budgetFreed();
    }

    private final Sink sink;
    private final ByteBufAllocator allocator;
    private final RequestBudget budget;
    private final NetworkThread thread;
    private final Executor eventLoop;
    private final Time time;
    private final int maxBytes;

    private int lengthBytes;
    private int lengthSoFar;
    private int length = NO_LENGTH;
    private int lastLength;
    private @Nullable ByteBuf frame;
    private @Nullable Reservation reservation;
    private @Nullable ByteBuf stash;
    private long frameStartedMs;
    private boolean waiting;
    private boolean queued;
    private boolean processing;
    private boolean closed;

    FrameReader(
            Sink sink,
            NetworkThread thread,
            ByteBufAllocator allocator,
            RequestBudget budget,
            Time time,
            int maxBytes) {
        this.sink = sink;
        this.thread = thread;
        this.eventLoop = thread.loop();
        this.allocator = allocator;
        this.budget = budget;
        this.time = time;
        this.maxBytes = maxBytes;
    }

    /** The buffer for the next read: the frame's own while one is being filled. The reader of the socket releases it. */
    ByteBuf buffer() {
        ByteBuf filling = frame;
        if (filling != null && stash == null && filling.isWritable()) {
            return filling.retain();
        }
        return lastLength >= LARGE_BYTES ? thread.smallReceiveBuffer() : thread.largeReceiveBuffer();
    }

    /** Takes bytes that were read, most often into {@link #buffer}; releases {@code bytes}. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    void received(ByteBuf bytes) {
        try {
            if (closed) {
                return;
            }
            if (bytes == frame) {
                process(Unpooled.EMPTY_BUFFER);
            } else if (stash != null) {
                stash.writeBytes(bytes);
            } else {
                process(bytes);
                keepRest(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** Goes on with what was put aside, after the sink has become ready or the budget has room. */
    void resume() {
        if (closed || processing) {
            return;
        }
        if (waiting || stash != null) {
            frameStartedMs = time.hiResClockMs();
        }
        waiting = false;
        ByteBuf kept = stash;
        if (kept == null) {
            process(Unpooled.EMPTY_BUFFER);
            return;
        }
        stash = null;
        try {
            process(kept);
            keepRest(kept);
        } finally {
            kept.release();
        }
    }

    /** Whether more bytes are of use: the sink is ready, nothing is put aside and no room is being waited for. */
    boolean mayRead() {
        return !closed && !waiting && stash == null && sink.ready();
    }

    /** Since when a frame is incomplete, by the monotonic clock; -1 when none is, or when the delay is ours. */
    long incompleteSinceMs() {
        return partial() && !waiting && sink.ready() ? frameStartedMs : -1;
    }

    /** Lets go of everything. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (frame != null) {
            frame.release();
            frame = null;
        }
        if (reservation != null) {
            budget.release(reservation);
            reservation = null;
        }
        if (stash != null) {
            stash.release();
            stash = null;
        }
    }

    private boolean partial() {
        return lengthBytes > 0 || length != NO_LENGTH;
    }

    private void keepRest(ByteBuf bytes) {
        if (bytes.isReadable() && !closed) {
            stash = allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes);
        }
    }

    private void process(ByteBuf in) {
        processing = true;
        try {
            while (!closed && !waiting) {
                ByteBuf filling = frame;
                if (filling != null && filling.writerIndex() == length) {
                    if (!sink.ready()) {
                        return;
                    }
                    deliver(filling);
                } else if (filling != null && !filling.isWritable()) {
                    grow(filling);
                } else if (filling == null && length != NO_LENGTH) {
                    begin();
                } else if (!in.isReadable() || !sink.ready()) {
                    return;
                } else if (filling != null) {
                    filling.writeBytes(in, Math.min(filling.writableBytes(), in.readableBytes()));
                } else {
                    readLength(in);
                }
            }
        } finally {
            processing = false;
        }
    }

    private void readLength(ByteBuf in) {
        if (lengthBytes == 0) {
            frameStartedMs = time.hiResClockMs();
        }
        while (lengthBytes < 4 && in.isReadable()) {
            lengthSoFar = lengthSoFar << 8 | in.readUnsignedByte();
            lengthBytes++;
        }
        if (lengthBytes < 4) {
            return;
        }
        if (lengthSoFar <= 0 || lengthSoFar > maxBytes) {
            sink.invalidLength(lengthSoFar);
            return;
        }
        length = lengthSoFar;
    }

    private void begin() {
        int capacity = Math.min(length, FIRST_STEP_BYTES);
        if (length <= SMALL_BYTES) {
            reservation = budget.count(length);
        } else {
            if (reservation == null) {
                reservation = new Reservation();
            }
            if (!reserve(reservation, capacity)) {
                return;
            }
        }
        frame = allocator.directBuffer(capacity, capacity);
    }

    private void grow(ByteBuf full) {
        int capacity = (int) Math.min(length, (long) full.capacity() * GROWTH);
        Reservation held = reservation;
        if (held == null || !reserve(held, capacity - full.capacity())) {
            return;
        }
        frame = allocator.directBuffer(capacity, capacity).writeBytes(full);
        full.release();
    }

    private void deliver(ByteBuf whole) {
        Reservation held = reservation;
        if (held == null) {
            throw new IllegalStateException("a frame without a reservation");
        }
        frame = null;
        reservation = null;
        lastLength = length;
        length = NO_LENGTH;
        lengthBytes = 0;
        lengthSoFar = 0;
        sink.frame(whole, held);
    }

    private boolean reserve(Reservation held, int bytes) {
        if (budget.tryGrow(held, bytes)) {
            return true;
        }
        if (!queued) {
            queued = true;
            budget.await(held, this::wakeUp);
            if (budget.tryGrow(held, bytes)) {
                return true;
            }
        }
        waiting = true;
        return false;
    }

    /** From any thread that gave bytes back. */
    private void wakeUp() {
        try {
            eventLoop.execute(this::retry);
        } catch (RejectedExecutionException ended) {
            budget.wake();
        }
    }

    private void retry() {
        queued = false;
        if (!closed && waiting) {
            sink.budgetFreed();
        }
        if (closed || !waiting) {
            budget.wake();
        }
    }
}
