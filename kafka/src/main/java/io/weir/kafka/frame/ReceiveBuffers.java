package io.weir.kafka.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** The buffers that all connections of one event loop read into by turns. On that event loop. */
public final class ReceiveBuffers {
    /** Takes many small frames at a read. */
    static final int LARGE_BYTES = 64 * 1024;

    private static final int SMALL_BYTES = 2 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf large;
    private @Nullable ByteBuf small;

    /** Takes memory when it is first needed. */
    public ReceiveBuffers(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The shared buffer for a read, empty, retained for the caller, who keeps nothing of it. */
    ByteBuf large() {
        ByteBuf buffer = large;
        if (buffer == null) {
            buffer = allocator.directBuffer(LARGE_BYTES, LARGE_BYTES);
            large = buffer;
        }
        return buffer.clear().retain();
    }

    /** As {@link #large}, for a read of little more than a length. */
    ByteBuf small() {
        ByteBuf buffer = small;
        if (buffer == null) {
            buffer = allocator.directBuffer(SMALL_BYTES, SMALL_BYTES);
            small = buffer;
        }
        return buffer.clear().retain();
    }

    /** Gives the memory back. */
    public void free() {
        if (large != null) {
            large.release();
            large = null;
        }
        if (small != null) {
            small.release();
            small = null;
        }
    }
}
