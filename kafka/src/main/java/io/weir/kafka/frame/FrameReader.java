package io.weir.kafka.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
 * <p>A length is not believed on its word. Room for the whole frame is asked of the {@link RequestBudget} before a byte of
 * it is kept, but memory is taken as bytes arrive: first as much as the connection's largest frame so far had, at
 * least {@value #SMALL_BYTES} bytes and at most {@value #FIRST_STEP_BYTES}, then eightfold, by a copy. {@link #tooSlow}
 * tells of frames that hold room which others wait for, and do not make use of it.
 *
 * <p>What came behind a request that the sink does not take yet is put aside, one read of it; the budget knows how much
 * all connections have put aside, and makes reads small when that is much.
 */
public final class FrameReader {
    /** Frames up to this size are counted by the budget but never wait for it. */
    public static final int SMALL_BYTES = 16 * 1024;
    /** Largest first buffer of a frame. */
    public static final int FIRST_STEP_BYTES = RequestBudget.COMMON_BYTES;
    /** Of the sink's measure in one go; then the other connections of the thread have their turn. */
    public static final int TURN = 64;
    /** Within so long a frame must come in whose room others wait for. */
    static final int LONGEST_SECONDS = 10;
    /** From this size on the next read takes little more than a length, so that little is copied. */
    static final int LARGE_BYTES = 32 * 1024;

    private static final int GROWTH = 8;
    private static final int NO_LENGTH = -1;

    /** Takes the frames. */
    public interface Sink {
        /** Whether more bytes and {@link #frame} are welcome now. */
        boolean ready();

        /** Whether this whole frame may be handed over now; if not, it is asked again at {@link FrameReader#resume}. */
        boolean accepts(ByteBuf frame);

        /**
         * The frame that was accepted just before; the sink releases both.
         *
         * @return how much of a turn it took, of {@value FrameReader#TURN}
         */
        int frame(ByteBuf frame, Reservation reservation);

        /** Most bytes that a frame may have which begins so, with two bytes at least. */
        int maxBytes(ByteBuf beginning);

        /** A length that no frame may have, or not this one; the sink closes the connection. */
        void invalidLength(int length);

        /** There may be room in the budget again, or it is our turn again; the sink calls {@link FrameReader#resume}. */
        void budgetFreed();
    }

    private final Sink sink;
    private final ByteBufAllocator allocator;
    private final RequestBudget budget;
    private final EventLoop loop;
    private final ReceiveBuffers receiving;
    private final Time time;
    private final int maxBytes;

    private int lengthBytes;
    private int lengthSoFar;
    private int length = NO_LENGTH;
    private int lastLength;
    private int largestLength;
    private boolean begun;
    private @Nullable ByteBuf frame;
    private @Nullable Reservation reservation;
    private @Nullable ByteBuf stash;
    private long frameStartedMs;
    private final Pace pace = new Pace();
    private int turn;
    private boolean waiting;
    private boolean yielded;
    private boolean queued;
    private boolean processing;
    private boolean closed;

    /**
     * @param loop the connection's
     * @param receiving the loop's
     * @param maxBytes of a frame
     */
    public FrameReader(
            Sink sink,
            EventLoop loop,
            ReceiveBuffers receiving,
            ByteBufAllocator allocator,
            RequestBudget budget,
            Time time,
            int maxBytes) {
        this.sink = sink;
        this.loop = loop;
        this.receiving = receiving;
        this.allocator = allocator;
        this.budget = budget;
        this.time = time;
        this.maxBytes = maxBytes;
    }

    /** The buffer for the next read: the frame's own while one is being filled. The reader of the socket releases it. */
    public ByteBuf buffer() {
        ByteBuf filling = frame;
        if (filling != null && stash == null && filling.isWritable()) {
            return filling.retain();
        }
        return lastLength >= LARGE_BYTES || budget.readsLittleAhead() ? receiving.small() : receiving.large();
    }

    /** Takes bytes that were read, most often into {@link #buffer}; releases {@code bytes}. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    public void received(ByteBuf bytes) {
        try {
            if (closed) {
                return;
            }
            turn = 0;
            if (bytes == frame) {
                process(Unpooled.EMPTY_BUFFER);
            } else if (stash != null) {
                budget.readAhead(bytes.readableBytes());
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
    public void resume() {
        if (closed || processing || yielded) {
            return;
        }
        if (waiting || stash != null) {
            startClock();
        }
        waiting = false;
        ByteBuf kept = stash;
        if (kept == null) {
            process(Unpooled.EMPTY_BUFFER);
            return;
        }
        stash = null;
        budget.readAhead(-kept.readableBytes());
        try {
            process(kept);
            keepRest(kept);
        } finally {
            kept.release();
        }
    }

    /** Whether more bytes are of use: the sink is ready, nothing is put aside and no room is being waited for. */
    public boolean mayRead() {
        return !closed && !waiting && !yielded && stash == null && sink.ready();
    }

    /** Since when a frame is incomplete, by the monotonic clock; -1 when none is, or when the delay is ours. */
    public long incompleteSinceMs() {
        return partial() && mayRead() ? frameStartedMs : -1;
    }

    /**
     * Whether a frame that holds room of the budget arrives more slowly than so, or than it would have to; judged over a
     * second or more since the last call that judged. A small frame is judged by its age alone: one byte of it may be all
     * that a second has. To be called every second or so, for it also finds out that a delay is ours.
     *
     * @param minBytesPerSecond 0 when none is too slow
     */
    public boolean tooSlow(long nowMs, int minBytesPerSecond) {
        ByteBuf filling = frame;
        if (incompleteSinceMs() < 0) {
            // While we do not read, nobody can hurry.
            frameStartedMs = nowMs;
        }
        if (filling == null || length <= SMALL_BYTES || incompleteSinceMs() < 0) {
            pace.restart(nowMs, filling == null ? 0 : filling.writerIndex());
            return filling != null
                    && minBytesPerSecond > 0
                    && nowMs - frameStartedMs > TimeUnit.SECONDS.toMillis(LONGEST_SECONDS);
        }
        int enough = minBytesPerSecond == 0 ? 0 : Math.max(minBytesPerSecond, length / LONGEST_SECONDS);
        return pace.isBelow(enough, nowMs, filling.writerIndex());
    }

    private void startClock() {
        frameStartedMs = time.hiResClockMs();
        pace.restart(frameStartedMs, frame == null ? 0 : frame.writerIndex());
    }

    /** Lets go of everything. */
    public void close() {
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
            budget.readAhead(-stash.readableBytes());
            stash.release();
            stash = null;
        }
    }

    private boolean partial() {
        return (lengthBytes > 0 || length != NO_LENGTH) && (frame == null || frame.writerIndex() < length);
    }

    private void keepRest(ByteBuf bytes) {
        if (bytes.isReadable() && !closed) {
            budget.readAhead(bytes.readableBytes());
            stash = allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes);
        }
    }

    private void process(ByteBuf in) {
        processing = true;
        try {
            while (!closed && !waiting) {
                ByteBuf filling = frame;
                if (filling != null && !begun && filling.writerIndex() >= Math.min(2, length)) {
                    checkBeginning(filling);
                } else if (filling != null && filling.writerIndex() == length) {
                    if (turn >= TURN && !yielded) {
                        giveWay();
                    }
                    if (yielded || !sink.ready() || !sink.accepts(filling)) {
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
            startClock();
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

    /** What may be is known as soon as it is known what it is. */
    private void checkBeginning(ByteBuf filling) {
        begun = true;
        if (length >= 2 && length > sink.maxBytes(filling)) {
            sink.invalidLength(length);
        }
    }

    private void giveWay() {
        yielded = true;
        // Not a task, for those are run before sockets are looked at again.
        var _ = loop.schedule(
                () -> {
                    yielded = false;
                    turn = 0;
                    if (!closed) {
                        sink.budgetFreed();
                    }
                },
                1,
                TimeUnit.NANOSECONDS);
    }

    private void begin() {
        if (length <= SMALL_BYTES) {
            reservation = budget.count(length);
        } else {
            reservation = reserve();
            if (reservation == null) {
                return;
            }
        }
        int capacity = Math.min(length, Math.clamp(largestLength, SMALL_BYTES, FIRST_STEP_BYTES));
        frame = allocator.directBuffer(capacity, capacity);
    }

    private void grow(ByteBuf full) {
        int capacity = (int) Math.min(length, (long) full.capacity() * GROWTH);
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
        largestLength = Math.max(largestLength, length);
        begun = false;
        length = NO_LENGTH;
        lengthBytes = 0;
        lengthSoFar = 0;
        turn += sink.frame(whole, held);
    }

    private @Nullable Reservation reserve() {
        boolean proven = length <= 2L * largestLength;
        Reservation room = budget.tryTake(length, proven);
        if (room == null && !queued) {
            queued = true;
            budget.await(length, proven, this::wakeUp);
            room = budget.tryTake(length, proven);
        }
        waiting = room == null;
        return room;
    }

    /** From any thread that gave bytes back. */
    private void wakeUp() {
        try {
            loop.execute(this::retry);
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
